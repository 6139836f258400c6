"""Columns of an order export that say how the others are to be read: the state of an order, what was refunded, an e-mail.

They are found and named like the columns of Orders (``--column 'State=Stage'``), and are not kept once the rows are
read: an order that was cancelled is left out, a refund is taken off its order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from winback_xl.schema.columns import Column, Table

if TYPE_CHECKING:
    from winback_xl.schema.columns import Kind


def _aid(name: str, heading: str, kind: Kind, about: str, *aliases: str) -> Column:
    return Column(name, heading, kind, "input", about, aliases)


ORDER_AIDS = Table(
    "tblOrders", "Orders", "one order, order line, credit note or cancellation",
    (
        _aid("state", "State", "text", "How far the order is: paid, cancelled, refunded, lost.",
             "Status", "Order status", "Financial status", "Payment status", "Stage", "Deal stage", "Invoice status", "Order state",
             "Zustand", "Auftragsstatus", "Bestellstatus", "Zahlungsstatus", "Statut", "Statut de la commande", "Etat", "État",
             "Estado", "Estado del pedido", "Stato", "Stato ordine", "Orderstatus", "Factuurstatus"),
        _aid("refunded", "Refunded", "money", "What of the order was paid back.",
             "Refunded amount", "Amount refunded", "Refund amount", "Refund", "Refunds", "Refund total", "Refunded total", "Total refunded",
             "Total refunds", "Amount of refund", "Order refund amount", "Returned amount", "Returns amount", "Erstattet", "Erstattungsbetrag",
             "Erstattung", "Rückerstattung", "Montant remboursé", "Remboursé", "Remboursement", "Importe reembolsado", "Reembolsado", "Reembolso",
             "Importo rimborsato", "Rimborsato", "Rimborso", "Terugbetaald", "Terugbetaald bedrag", "Retoure", "Retouren", "Retourenwert", "Retourenbetrag", "Gutgeschrieben", "Sales returns", "Returns value", "Credited amount", "Amount credited", "Total returned",
             "Retours", "Montant des retours", "Devoluciones", "Importe devuelto", "Resi", "Devoluções", "Valor devolvido", "Valor reembolsado", "Retouren bedrag", "Kwota zwrotu", "Återbetalt belopp"),
        _aid("email", "Email", "text", "E-mail of the buyer, for those without a customer ID.",
             "E-mail", "Email address", "E-mail address", "Customer email", "Customer e-mail", "Billing email", "Buyer email", "Contact email",
             "Client email", "Email (billing)", "E-Mail-Adresse", "Kunden-E-Mail", "Adresse e-mail", "Correo electrónico", "Correo", "Indirizzo e-mail", "E-mailadres"),
        _aid("phone", "Phone", "text", "Phone of the buyer, for those without customer ID and e-mail.",
             "Telephone", "Phone number", "Billing phone", "Customer phone", "Buyer phone", "Mobile", "Phone (billing)", "Telefon", "Telefonnummer",
             "Téléphone", "Teléfono", "Telefono", "Telefoon", "Telefoonnummer"),
        _aid("quantity", "Quantity", "number", "How many of the item.",
             "Qty", "Lineitem quantity", "Item quantity", "Units", "Pieces", "Qty ordered", "Menge", "Anzahl", "Stück", "Quantité", "Qté", "Cantidad", "Quantità", "Aantal"),
        _aid("unit_price", "Unit price", "money", "Price of one of the item.",
             "Price", "Item price", "Lineitem price", "Price each", "Price per unit", "Sales price", "UnitPrice", "Rate", "Preis", "Einzelpreis", "Stückpreis",
             "Prix", "Prix unitaire", "Precio", "Precio unitario", "Prezzo", "Prezzo unitario", "Prijs", "Stukprijs"),
        _aid("item", "Item", "text", "What was bought.",
             "Item name", "Product", "Product name", "SKU", "Lineitem name", "Lineitem sku", "Item sku", "Product/Service", "Article", "Description", "Item description",
             "Product code", "Item code", "Material", "Artikel", "Artikelnummer", "Bezeichnung", "Produkt", "Produit", "Désignation", "Producto", "Artículo",
             "Prodotto", "Articolo", "Product id", "Item id", "Stock code"),
        _aid("line_value", "Line value", "money", "What one line of the order is worth.",
             "Item total", "Line total", "Line amount", "Positionsbetrag", "Positionssumme", "Zeilensumme", "Montant ligne", "Importe de línea", "Importo riga", "Regelbedrag", "Valor da linha", "Wartość pozycji", "Radsumma", "Item amount", "Lineitem total", "Item subtotal", "Line subtotal", "Row total", "Item net",
             "Line net", "Extended price", "Ext price", "Positionswert", "Zeilenbetrag", "Total ligne", "Importe línea", "Totale riga", "Regeltotaal"),
        _aid("order_total", "Order total", "money", "What the whole order is worth, on each of its lines."),
        _aid("subtotal", "Subtotal", "money", "The order without tax and shipping.",
             "Sub total", "Order subtotal", "Zwischensumme", "Sous-total", "Subtotale", "Subtotaal", "Net total"),
        _aid("tax", "Tax", "money", "Tax of the order.",
             "Taxes", "Tax amount", "Tax total", "Total tax", "Sales tax", "VAT", "VAT amount", "GST", "MwSt", "USt", "TVA", "IVA", "BTW"),
        _aid("shipping", "Shipping", "money", "Shipping of the order.",
             "Shipping total", "Shipping amount", "Shipping cost", "Shipping charge", "Freight", "Delivery charge", "Postage", "Versand",
             "Versandkosten", "Frais de port", "Livraison", "Envío", "Gastos de envío", "Spedizione", "Verzendkosten"),
        _aid("discount", "Discount", "money", "Discount on the order.",
             "Discount amount", "Discount total", "Total discount", "Discounts", "Order discount", "Rabatt", "Remise", "Descuento", "Sconto", "Korting"),
        _aid("margin_percent", "Margin %", "share", "Margin of the order in percent.",
             "Margin percent", "Margin pct", "Gross margin %", "Gross margin percent", "Gross profit %", "GP %", "GM %", "Profit margin", "Profit margin %", "Margin rate",
             "Marge in %", "DB in %", "Marge en %", "Taux de marge", "Taux de marque", "Margin percentage", "Gross profit percent", "Gross profit percentage", "Gross margin percentage", "Marge in Prozent", "Handelsspanne",
             "Rohertragsquote", "Margem percentual", "Porcentaje de margen", "Täckningsgrad", "TG", "Margin rate %"),
        _aid("cost", "Cost", "money", "What the order cost us, where no margin is given.",
             "COGS", "Cost of goods", "Cost of goods sold", "Total cost", "Order cost", "Cost amount", "Cost value", "Line cost", "Cost total", "Cost of sales",
             "Einstandswert", "Wareneinsatz", "Kosten", "Coût", "Coût de revient", "Coste", "Costo", "Kostprijs", "Inkoopwaarde", "Selbstkosten", "EK gesamt", "Coût d'achat", "Coût total", "Prix de revient", "Coste total", "Costo total", "Costo totale", "Custo", "Custo total", "Koszt", "Inköpsvärde", "Landed cost", "Purchase cost", "Cost price total"),
        _aid("unit_cost", "Unit cost", "money", "What one of the item cost us.",
             "Cost per unit", "Cost per item", "Cost each", "Item cost price", "Unit COGS", "Einstandspreis", "Einkaufspreis"),
        _aid("linked", "Linked to", "text", "Number of the quote, order or delivery that the row goes back to.",
             "Created from", "Source document", "Source", "Origin", "Applied to", "Based on", "Base document", "Reference document", "Sales order no", "Sales order number",
             "SO number", "SO no", "Order reference", "Parent order", "Original order", "Quote number", "Referenzbeleg", "Vorgängerbeleg", "Bezug", "Bezugsbeleg", "Bezugsnummer", "Original invoice", "Related order", "Cancels", "Document d'origine"),
    ),
)  # fmt: skip
"""Several columns may say the state, the e-mail or the phone; of the others the first that is filled counts."""
