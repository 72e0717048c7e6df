package trace

import "strings"

// Kind is what a file holds.
type Kind string

// The kinds of files.
const (
	Auto        Kind = "auto" // told by the columns
	Units       Kind = "units"
	Sales       Kind = "sales" // units as a seller knows them
	Batches     Kind = "batches"
	Lots        Kind = "lots"
	Products    Kind = "products"
	Suppliers   Kind = "suppliers"
	Warehouses  Kind = "warehouses"
	Shipments   Kind = "shipments"
	Inspections Kind = "inspections"
	Terms       Kind = "terms"
	Costs       Kind = "costs"
	Events      Kind = "events" // EPCIS
)

// KindInfo says what a kind's columns are.
type KindInfo struct {
	Kind Kind
	// Needs are the columns without which a line is not used; of a group parted by | one.
	Needs []string
	// Takes are the further columns.
	Takes []string
}

// Kinds lists the kinds with their columns, by the names of [Synonyms].
func Kinds() []KindInfo {
	unit := strings.Fields("sku gtin batch plant made_at lot component supplier warehouse shipment carrier shipped_at channel sold_at region country " +
		"registered_at customer contact terms extended_until firmware replaced_by gone_at gone")
	return []KindInfo{
		{Units, []string{"serial"}, unit},
		{Sales, []string{"serial", "sold_at|channel|registered_at"}, unit},
		{Costs, []string{"id", "serial|claim", "at", "amount|amount_minor", "currency"}, strings.Fields("sku kind note")},
		{Inspections, []string{"id", "at", "lot|batch|serial|shipment|supplier"}, strings.Fields("component sku checked failed result defect by note")},
		{Lots, []string{"lot"}, strings.Fields("component supplier made_at received_at expires_at size price currency note")},
		{Batches, []string{"batch"}, strings.Fields("sku gtin plant line made_at size note")},
		{Shipments, []string{"shipment"}, strings.Fields("carrier from to shipped_at arrived_at")},
		{Terms, []string{"terms", "months|days"}, strings.Fields("name from assume_days registered_months register_within_days countries regions excluded")},
		{Warehouses, []string{"warehouse"}, strings.Fields("name country")},
		{Suppliers, []string{"supplier"}, strings.Fields("name country contact")},
		{Products, []string{"sku"}, strings.Fields("gtin name family terms price recall currency")},
	}
}

// Synonyms are the names that a column may have, besides its own; case, blanks, dashes and dots
// do not matter.
func Synonyms() map[string][]string {
	of := map[string]string{
		"serial":               "serial_number serial_no serialnumber sn unit unit_serial imei vin",
		"sku":                  "article article_number article_no item item_number item_no product_id product_code material material_number model_number part_number",
		"gtin":                 "ean upc gtin14 gtin13 barcode",
		"batch":                "batch_number batch_no batch_code batch_id production_batch production_lot",
		"plant":                "factory site production_site plant_code",
		"line":                 "production_line",
		"made_at":              "made made_on manufactured manufactured_at manufacturing_date manufacture_date production_date produced produced_at built built_at date_of_manufacture",
		"lot":                  "lot_number lot_no lot_code lot_id component_lot supplier_lot",
		"component":            "component_name part component_code",
		"supplier":             "supplier_id supplier_code supplier_no vendor vendor_id vendor_code",
		"warehouse":            "warehouse_id warehouse_code storage location",
		"shipment":             "shipment_id shipment_number shipment_no delivery delivery_number delivery_note asn sscc pallet",
		"carrier":              "carrier_id forwarder shipper freight_carrier",
		"shipped_at":           "shipped shipped_on ship_date shipping_date dispatched dispatched_at delivery_date",
		"arrived_at":           "arrived arrival arrival_date",
		"received_at":          "received received_on receipt_date goods_receipt",
		"expires_at":           "expires expiry expiry_date expiration_date best_before",
		"channel":              "sales_channel retailer dealer shop store seller outlet",
		"sold_at":              "sold sold_on sale_date sales_date date_of_sale purchased purchased_at purchase_date date_of_purchase invoice_date",
		"region":               "sales_region area market",
		"country":              "country_code sales_country",
		"registered_at":        "registered registered_on registration_date activated activated_at activation_date",
		"customer":             "customer_id customer_ref customer_number owner owner_id",
		"contact":              "contact_channel owner_channel",
		"terms":                "warranty warranty_terms warranty_id warranty_code",
		"extended_until":       "warranty_extended_until extension_until extended_to",
		"firmware":             "firmware_version fw software software_version",
		"replaced_by":          "replacement replacement_serial replaced_with",
		"gone_at":              "scrapped_at returned_at retired_at",
		"gone":                 "fate disposal scrap_reason",
		"size":                 "quantity qty pieces count units_made",
		"id":                   "document document_no document_number entry entry_no reference inspection_id cost_id invoice invoice_no",
		"claim":                "claim_id claim_number claim_no ticket case rma",
		"at":                   "date posted posted_at booked booked_at posting_date inspected inspected_at inspection_date",
		"amount":               "cost value total net_amount",
		"amount_minor":         "amount_cents cents minor",
		"currency":             "currency_code cur",
		"kind":                 "type cost_type category",
		"note":                 "notes comment remark remarks",
		"name":                 "description label title",
		"checked":              "inspected_quantity sample sample_size checked_quantity",
		"failed":               "failed_quantity defective defects rejected",
		"result":               "outcome verdict status",
		"defect":               "defect_code finding findings",
		"by":                   "inspector checked_by inspected_by",
		"family":               "product_family product_line product_group product_category product_type",
		"price":                "unit_price piece_price",
		"recall":               "recall_cost recall_price",
		"from":                 "origin ship_from term_from begins_with",
		"to":                   "destination ship_to",
		"months":               "term_months warranty_months",
		"days":                 "term_days warranty_days",
		"assume_days":          "assumed_days",
		"registered_months":    "registration_bonus_months",
		"register_within_days": "registration_days",
		"countries":            "valid_countries",
		"regions":              "valid_regions",
		"excluded":             "exclusions excluded_labels",
	}
	out := make(map[string][]string, len(of))
	for name, list := range of {
		out[name] = strings.Fields(list)
	}
	return out
}

// columnNames gives the canonical name of each spelling.
func columnNames() map[string]string {
	out := map[string]string{}
	for name, list := range Synonyms() {
		out[name] = name
		for _, s := range list {
			out[s] = name
		}
	}
	return out
}

// plain brings a column's name to the form of [Synonyms].
func plain(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	name = strings.NewReplacer(" ", "_", "-", "_", ".", "_", "/", "_").Replace(name)
	for strings.Contains(name, "__") {
		name = strings.ReplaceAll(name, "__", "_")
	}
	return strings.Trim(name, "_")
}

// lotPrefix begins the columns that name their component, such as "lot:hinge"; a cell may hold
// several lots, parted by semicolons, each with its supplier behind an @.
const lotPrefix = "lot:"

// kindOf tells a file's kind by its columns: the most telling first.
func kindOf(has func(column string) bool) (Kind, bool) {
	one := func(columns string) bool {
		for c := range strings.SplitSeq(columns, "|") {
			if has(c) {
				return true
			}
		}
		return false
	}
	for _, rule := range []struct {
		kind Kind
		all  []string
	}{
		{Costs, []string{"amount|amount_minor", "currency", "serial|claim"}},
		{Inspections, []string{"checked|failed|result|defect", "lot|batch|serial|shipment|supplier"}},
		{Units, []string{"serial"}},
		{Terms, []string{"terms", "months|days"}},
		{Lots, []string{"lot"}},
		{Batches, []string{"batch"}},
		{Shipments, []string{"shipment"}},
		{Products, []string{"sku"}},
		{Warehouses, []string{"warehouse"}},
		{Suppliers, []string{"supplier"}},
	} {
		fits := true
		for _, columns := range rule.all {
			fits = fits && one(columns)
		}
		if fits {
			return rule.kind, true
		}
	}
	return "", false
}

// infoOf gives the columns of a kind.
func infoOf(kind Kind) (KindInfo, bool) {
	for _, k := range Kinds() {
		if k.Kind == kind {
			return k, true
		}
	}
	return KindInfo{}, false
}

// neededColumns gives the columns without which a line is not used.
func neededColumns() map[Kind][]string {
	out := map[Kind][]string{}
	for _, k := range Kinds() {
		out[k.Kind] = k.Needs
	}
	return out
}
