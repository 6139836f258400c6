"""Headings as German, French, Spanish, Italian, Dutch and Portuguese systems write them, for the columns that every export has.

A word that means different things in two of these languages is not here: no guess is better than a wrong one.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_CUSTOMER_ID = (
    "Kundennummer", "Kunden-Nr.", "Kundennr", "Kunden-ID", "Debitor", "Debitorennummer", "Debitor Nr.", "Auftraggeber", "Regulierer",
    "Numéro client", "N° client", "Code client", "Identifiant client", "Código de cliente", "Código cliente", "Nº cliente", "ID cliente",
    "Codice cliente", "Numero cliente", "Código do cliente", "ID do cliente", "Número do cliente", "Klantnummer", "Klantnr", "Klantcode", "Debiteurnummer", "Debiteur",
    "Numer klienta", "Nr klienta", "ID klienta", "Kod klienta", "Kundnummer", "Kundnr", "Kund-ID", "Kundenr", "Asiakasnumero",
)  # fmt: skip

ABROAD: MappingProxyType[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("Orders", "customer_id"): _CUSTOMER_ID,
        ("Customers", "customer_id"): _CUSTOMER_ID,
        ("Incidents", "customer_id"): _CUSTOMER_ID,
        ("Orders", "order_date"): (
            "Datum", "Auftragsdatum", "Bestelldatum", "Rechnungsdatum", "Belegdatum", "Buchungsdatum", "Fakturadatum",
            "Date de commande", "Date commande", "Date de facture", "Date facture", "Date de facturation",
            "Fecha", "Fecha de pedido", "Fecha pedido", "Fecha de factura", "Fecha factura",
            "Data ordine", "Data fattura", "Data documento", "Data do pedido", "Data da venda", "Data da fatura", "Data de emissão", "Orderdatum", "Besteldatum", "Factuurdatum",
        ),
        ("Orders", "order_value"): (
            "Betrag", "Nettobetrag", "Nettowert", "Netto", "Umsatz", "Nettoumsatz", "Rechnungsbetrag", "Auftragswert", "Wert",
            "Montant", "Montant HT", "Total HT", "Chiffre d'affaires", "CA HT", "Importe", "Importe neto", "Importe total",
            "Importo", "Importo netto", "Fatturato", "Imponibile", "Valor total", "Valor do pedido", "Total do pedido", "Bedrag", "Nettobedrag", "Omzet", "Factuurbedrag",
        ),
        ("Orders", "order_id"): (
            "Auftrag", "Auftragsnummer", "Auftragsnr", "Bestellnummer", "Rechnungsnummer", "Rechnungsnr", "Belegnummer", "Belegnr", "Faktura",
            "Fakturanummer", "Numéro de commande", "N° commande", "Numéro de facture", "N° facture", "Número de pedido", "Nº pedido",
            "Número de factura", "Nº factura", "Numero ordine", "Numero fattura", "Número do pedido", "Nº do pedido", "Número da fatura", "Ordernummer", "Factuurnummer",
        ),
        ("Orders", "margin"): (
            "Profit", "Order profit", "Profit amount", "Margin amount", "Gross margin amount", "GP", "GM", "Marge", "Rohertrag", "Rohgewinn", "Rohmarge", "Bruttogewinn", "Deckungsbeitrag", "DB", "DB 1", "DB I", "Marge brute", "Bénéfice brut", "Margen", "Margen bruto", "Beneficio", "Beneficio bruto",
            "Margine", "Margine lordo", "Utile lordo", "Brutomarge", "Brutowinst", "Margem", "Margem bruta", "Lucro", "Lucro bruto", "Marża", "Zysk", "Täckningsbidrag", "TB", "Bruttovinst",
        ),
        ("Orders", "currency"): ("Währung", "Wä", "Devise", "Moneda", "Divisa", "Valuta"),
        ("Orders", "rep"): ("Verkäufer", "Außendienst", "Vertreter", "Vendeur", "Commercial", "Vendedor", "Venditore", "Agente", "Verkoper"),
        ("Orders", "customer"): ("Kunde", "Kundenname", "Nom du client", "Raison sociale", "Cliente", "Klant", "Klantnaam"),
        ("Customers", "customer"): ("Kunde", "Kundenname", "Firma", "Nom du client", "Raison sociale", "Razón social", "Ragione sociale", "Klant", "Klantnaam"),
        ("Customers", "contact"): ("Ansprechpartner", "Ansprechpartnerin", "Kontaktperson", "Interlocuteur", "Personne de contact", "Persona de contacto", "Contacto", "Referente", "Persona di contatto", "Contactpersoon", "Pessoa de contato"),
        ("Customers", "contact_role"): ("Funktion", "Rolle", "Fonction", "Cargo", "Ruolo", "Functie"),
        ("Customers", "email"): ("E-Mail-Adresse", "Mailadresse", "Courriel", "Adresse e-mail", "Correo", "Correo electrónico", "Posta elettronica", "Indirizzo e-mail", "E-mailadres"),
        ("Customers", "phone"): ("Telefon", "Telefonnummer", "Tel.", "Rufnummer", "Mobil", "Handy", "Téléphone", "Numéro de téléphone", "Teléfono", "Móvil", "Telefono", "Cellulare", "Telefoon", "Telefoonnummer", "Telefone"),
        ("Customers", "owner"): ("Betreuer", "Kundenbetreuer", "Betreut von", "Zuständig", "Zuständiger", "Außendienst", "Vertreter", "Verkäufer", "Commercial", "Responsable commercial", "Vendeur", "Responsable", "Vendedor", "Comercial", "Agente", "Venditore", "Responsabile", "Accountmanager", "Verkoper", "Vertegenwoordiger"),
        ("Customers", "region"): ("Gebiet", "Verkaufsgebiet", "Bezirk", "Région", "Secteur", "Región", "Zona", "Regione", "Regio", "Rayon", "Região"),
        ("Customers", "do_not_contact"): ("Werbesperre", "Kontaktsperre", "Nicht kontaktieren", "Keine Werbung", "Ne pas contacter", "No contactar", "Non contattare", "Niet benaderen", "Não contatar"),
        ("Incidents", "what_happened"): (
            "Was ist passiert", "Was passiert ist", "Beschreibung", "Beanstandung", "Reklamationstext", "Vorfall", "Betreff", "Que s'est-il passé", "Motif de la réclamation", "Sujet", "Objet",
            "Qué pasó", "Descripción", "Asunto", "Cosa è successo", "Descrizione", "Oggetto", "Wat is er gebeurd", "Omschrijving", "Onderwerp", "O que aconteceu", "Descrição", "Assunto",
        ),
        ("Incidents", "direct_loss"): (
            "Schaden", "Schadenshöhe", "Schadenhöhe", "Schadensbetrag", "Schadenssumme", "Préjudice", "Montant du préjudice", "Dommage", "Daño", "Importe del daño", "Perjuicio", "Danno", "Importo del danno", "Schade", "Schadebedrag", "Prejuízo",
        ),
        ("Incidents", "hours_down"): ("Ausfallstunden", "Stillstand in Stunden", "Stillstandszeit", "Heures d'arrêt", "Horas de parada", "Ore di fermo", "Uren stilstand"),
        ("Incidents", "days_late"): ("Tage zu spät", "Verspätung", "Verzug", "Verzugstage", "Jours de retard", "Retard", "Días de retraso", "Retraso", "Giorni di ritardo", "Ritardo", "Dagen te laat", "Dias de atraso"),
        ("Incidents", "cause"): ("Ursache", "Grund", "Origine", "Causa", "Oorzaak"),
        ("Incidents", "status"): ("Erledigt", "Gelöst", "Abgeschlossen", "Bearbeitungsstand", "Bearbeitungsstatus", "Statut", "Traité", "Résolu", "Estado", "Resuelto", "Stato", "Risolto", "Opgelost", "Afgehandeld", "Resolvido"),
        ("Incidents", "already_paid"): ("Bereits gezahlt", "Gutschrift", "Gutgeschrieben", "Erstattet", "Déjà remboursé", "Ya pagado", "Già pagato", "Reeds betaald"),
        ("Incidents", "requested_amount"): ("Forderung", "Geforderter Betrag", "Montant demandé", "Importe reclamado", "Importo richiesto", "Geclaimd bedrag"),
    }
)  # fmt: skip
"""By title of the table and name of the column."""

SECOND: MappingProxyType[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("Orders", "customer_id"): (
            "CustomerKey", "Customer key", "Company ID", "Contact ID", "Member ID", "Party ID", "Bill-to customer no", "Sell-to customer no", "Associated company IDs",
            "Num client", "Numéro de client", "ID client", "Client no", "Kunde ID", "ID Kunde", "Klant ID", "ID klant", "Partner", "Partner ID", "partner_id/id", "Sold-to", "Sold-to party", "Organization ID", "Organisation ID", "Buyer username", "Buyer user ID", "Shopper ID", "Card number", "ID de cliente", "ID del cliente", "Nº de cliente", "N.º cliente", "Código del cliente", "ID de client",
        ),
        ("Orders", "order_date"): (
            "Doc date", "Doc. Date", "Purchase timestamp", "Order purchase timestamp", "Purchased at", "Sale date", "Sold on", "Bill date", "Order creation date", "Creation date", "Created on", "Created", "Created time",
            "Created date", "Created date (UTC)", "Date created", "Date issued", "Issue date", "Issued", "Close date", "Closed on", "Trans date", "Tran date", "Order timestamp", "Timestamp", "Completed at",
            "Paid at", "Payment date", "Date and time", "Won time", "Abschlussdatum", "Verkaufsdatum", "Erstellt am", "Angelegt am", "Fecha de creación", "Data creazione", "Aangemaakt op", "Créé le", "Sales date", "Date order", "Bestellzeitpunkt", "Bestellt am", "Fecha de compra", "Fecha compra", "Fecha de venta", "Fecha venta",
            "Fecha de emisión", "Fecha emisión", "Fecha contable", "Fecha de contabilización", "Fecha documento", "Date achat", "Date d'achat", "Date de vente", "Data pedido", "Data compra", "Data da compra", "Data venda", "Data vendita", "Data acquisto", "Aankoopdatum", "Fecha del pedido", "Fecha de la factura", "Data dell'ordine", "Date de la commande", "Data zamówienia", "Data faktury", "Data wystawienia", "Köpdatum", "Beställningsdatum",
        ),
        ("Orders", "order_value"): (
            "Net value", "Grand total", "Total amount", "Total price", "Invoice total", "Document total", "Sold for", "Summe", "Gesamtsumme", "Rechnungssumme", "Endbetrag", "Valor", "Order total (ex tax)", "Order total (inc tax)", "Grand total (base)", "Grand total (purchased)", "Amount (net)", "Amount (gross)", "Net",
            "Gross", "Net sales amount", "Close value", "Deal value", "Deal amount", "Tran amount", "Sale amount", "Sales amount", "Gesamtbetrag", "Gesamt", "Bruttobetrag", "Brutto",
            "Montant TTC", "Total TTC", "Importe bruto", "Importo totale", "Totaal", "Totaalbedrag", "Bruto", "Document amount", "Doc amount", "Final value", "Total value", "Total sales", "Item amount", "Bestellwert", "Total venta", "Venta total", "Monto total",
            "Monto", "Monto venta", "Precio total", "Valor venta", "Montant total", "Montant total payé", "Montant payé", "Totale ordine", "Prezzo totale", "Preço total", "Valor da compra", "Valor compra", "Valor da venda", "Amount total", "Belopp", "Summa", "Totalt", "Ordervärde", "Fakturabelopp", "Wartość", "Kwota", "Wartość zamówienia", "Wartość netto", "Total facture", "Total commande", "Total pedido", "Total factura", "Totale fattura", "Total da fatura", "Total geral", "Line amount", "Net line amount", "Line value", "Positionsbetrag", "Positionswert", "Zeilenbetrag", "Montant ligne", "Importe línea", "Importo riga", "Regelbedrag",
        ),
        ("Orders", "order_id"): (
            "Pedido", "Bestellung", "Bestellnr", "Commande", "Ordine", "Order reference", "Reference", "Ref", "Order name", "Amazon order ID", "Sales document", "Voucher no", "Vch no", "Bill no", "Sales doc", "Sales doc.", "Document", "Deal ID", "Opportunity ID", "Belegnr", "Vorgang", "Referenz", "Référence", "Referencia", "Riferimento",
            "Sales ID", "Sale ID", "ID pedido", "Pedido ID", "ID venta", "Venta ID", "ID venda", "ID commande", "Numéro commande", "ID ordine", "Factura", "Fakturanr", "Ordernr", "Numer zamówienia", "Nr zamówienia", "Numer faktury", "Nr faktury", "N° pièce", "Numéro de pièce", "N° de commande", "N° de facture", "Nº de factura", "Nº de pedido", "N.º de pedido", "N° ordine", "N. ordine", "N. fattura", "Número de la factura", "Commande n°", "Facture n°", "Order", "Doc", "Doc #",
        ),
        ("Incidents", "date"): (
            "Created", "Created at", "Created on", "Created date", "Date created", "Creation date", "Date opened", "Date/Time Opened", "Opened at", "Opened on", "Date received", "Received",
            "Reported on", "Date reported", "Requested", "RMA date", "Ticket date", "Claim date", "Datum", "Meldedatum", "Gemeldet am", "Eingangsdatum", "Erstellt am", "Reklamationsdatum", "Date de réclamation",
            "Créé le", "Fecha", "Fecha de reclamación", "Fecha de creación", "Data", "Data reclamo", "Data creazione", "Klachtdatum", "Aangemaakt op", "Data da reclamação",
        ),
        ("Orders", "kind"): (
            "Typ", "Belegart", "Belegtyp", "Dokumentart", "Vorgangsart", "Auftragsart", "Type de document", "Type de pièce", "Tipo", "Tipo de documento", "Tipo documento", "Documenttype", "Documentsoort", "Soort", "Voucher type", "Dr/Cr", "Cr/Dr", "D/C", "Debit/Credit", "Debit credit indicator", "Sign", "Vorzeichen", "S/H", "Soll/Haben", "Soll/Haben-Kennzeichen", "Debe/Haber", "Dare/Avere",
        ),
    }
)  # fmt: skip
"""Headings that mean a column where none of its usual names is there, the best ones first."""

DEALS = (
    "Deal ID", "Deal name", "Deal value", "Deal amount", "Deal stage", "Deal status", "Opportunity", "Opportunity ID", "Opportunity name", "Opportunity stage", "Opportunity status", "Stage", "StageName",
    "Sales stage", "Pipeline", "Vertriebsphase", "Verkaufschance", "Etapa", "Oportunidad", "Étape", "Opportunité", "Trattativa", "Opportunità",
)  # fmt: skip
"""Headings of a list of deals: an order there is the day on which one was won, not the day on which it was entered."""

CLOSED = (
    "Won at", "Won on", "Won time", "Won date", "Date won", "Actual close date", "Actual closing date", "Closed at", "Closed on", "Closed date", "Date closed", "Close date", "CloseDate", "Close time", "Closing date",
    "Gewonnen am", "Abgeschlossen am", "Geschlossen am", "Abschlussdatum", "Date de clôture", "Date de signature", "Fecha de cierre", "Fecha cierre", "Data chiusura", "Data di chiusura", "Data de fechamento", "Sluitingsdatum", "Gewonnen op",
)  # fmt: skip
"""Headings of that day, the best ones first."""

NUMBER_BESIDE_NAME = (
    ("Customer", "Customer name"),
    ("Client", "Client name"),
    ("Kunde", "Kundenname"),
    ("Klant", "Klantnaam"),
    ("Account ID", "Account"),
    ("Account number", "Account"),
    ("Customer ID", "Account"),
)
"""Headings that go together: where both are there and nothing else numbers the customers, the first holds the number."""

STAND_INS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    dict.fromkeys(
        ("Orders", "Incidents"),
        (
            "Customer", "Customer name", "Client", "Client name", "Company", "Company name", "Account name", "Bill to", "Sold to", "Kunde",
            "Kundenname", "Cliente", "Nom du client", "Klant", "Klantnaam", "Customer full name", "Bill-to name", "Bill to name", "Sold-to name", "Buyer name", "Potential customer", "Organization", "Requester", "Contact name", "ContactName", "Billing name", "Party name", "Party", "Customer email", "Customer e-mail", "Email", "E-mail", "Email address", "Buyer email", "Contact email", "Billing email",
        ),
    )
)  # fmt: skip
"""By title of the table: headings that say who ordered where nothing numbers the customers, the best ones first."""

_FEES = frozenset(
    {
        "fee",
        "fees",
        "transactionfee",
        "processingfee",
        "paymentfee",
        "gebuhr",
        "gebuhren",
        "frais",
        "comision",
        "commissione",
    }
)


def paid_first(name: str, choices: Iterable[str], there: Collection[str]) -> tuple[str, ...]:
    """Return headings of a column, gross first where a column of fees says that net is what is left of the order value.

    >>> paid_first("order_value", ["Net"], {"fee", "net", "gross"}), paid_first("order_value", ["Net"], {"net"})
    (('Gross', 'Net'), ('Net',))
    """
    after_fees = name == "order_value" and not _FEES.isdisjoint(there)
    return (*(("Gross",) if after_fees else ()), *choices)
