"""Build the macro workbook, the add-in, the forms and the LibreOffice extension from text, without Excel."""
