package datasets

// Descriptor says where the parts of a claim stand in somebody's table. Columns are
// column names in CSV and keys or dotted paths ("labels.components.0") in JSON Lines.
type Descriptor struct {
	// Name is the set's name; it becomes the name of an inferred taxonomy.
	Name string
	// Description is for people.
	Description string
	// File is the data, relative to the root: .csv, .jsonl or .ndjson, also with .gz, or a
	// folder of photos.
	File string
	// ID, Product, SKU, Serial, ReceivedAt, Group and Split are columns; "" = none.
	// Without ID a claim is named by its first photo, or by its line.
	ID, Product, SKU, Serial, ReceivedAt, Group, Split string
	// Lang is a column, LangValue a constant for all rows.
	Lang, LangValue string
	// Text are columns, joined by newlines.
	Text []string
	// Photo are columns; each holds one reference or a list of them.
	Photo []string
	// PhotoSeparator cuts a column that holds several references; "" = one reference.
	PhotoSeparator string
	// Context are further facts that may be used as input.
	Context []ContextSpec
	// Labels are the axes.
	Labels []LabelSpec
	// Taxonomy is "infer", "starter" or the path of a taxonomy file, relative to the
	// descriptor.
	Taxonomy string
	// Where keeps only rows that meet all conditions.
	Where []Condition

	// native says that the rows are in the project's own format: labels and context are
	// taken as they come.
	native bool
}

// ContextSpec is one fact: the name it gets and the column it comes from.
type ContextSpec struct{ Name, Column string }

// LabelSpec says where the labels of one axis come from.
type LabelSpec struct {
	Axis, Column string
	// Map translates values; values that it does not name count as unlabelled. nil = take
	// the values as they are.
	Map map[string]string
	// Drop are values (after Map) that count as unlabelled.
	Drop []string
	// Order are the labels worst first, for an ordinal axis of an inferred taxonomy; the
	// axis then has no other labels. Empty = not ordinal.
	Order []string
}

// Condition is a demand on one column. Exactly one of In, Not and Count is in use.
type Condition struct {
	Column string
	// In are the values allowed. null (and an absent or empty value) is written "".
	In []string
	// Not are the values refused.
	Not []string
	// Count is the number of elements that a list must have; -1 = not asked.
	Count int
}

// native is the descriptor of the project's own format.
func nativeDescriptor(name, file string) *Descriptor {
	return &Descriptor{
		Name: name, File: file, native: true, Taxonomy: "starter",
		ID: "id", Product: "product", SKU: "sku", Serial: "serial", ReceivedAt: "received_at",
		Group: "group", Split: "split", Lang: "lang", Text: []string{"text"}, Photo: []string{"photos"}, PhotoSeparator: ";",
	}
}

// folderDescriptor is that of a folder of photos: split/label/photo.jpg.
func folderDescriptor(name, file string) *Descriptor {
	return &Descriptor{
		Name: name, File: file, Taxonomy: "infer", ID: "path", Photo: []string{"path"}, Split: "split",
		Labels: []LabelSpec{{Axis: "label", Column: "label"}},
	}
}
