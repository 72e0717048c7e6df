package strictyaml

// Kind tells what a node is.
type Kind int

// The kinds of nodes.
const (
	Null Kind = iota
	Scalar
	List
	Map
)

// String names the kind as a person would.
func (k Kind) String() string {
	return [...]string{"nothing", "a single value", "a list", "a map"}[k]
}

// Node is one value of the document with its place.
type Node struct {
	Kind         Kind
	Line, Column int
	// Path is the node's place, as in [Error].
	Path string
	// Text is a scalar's value as written (quotes removed): 1, true and "true" all keep
	// their letters, so that ids may be any of them.
	Text string
	// Quoted says that a scalar stood in quotes or was a block text.
	Quoted bool
	// Items are the elements of a list, or the values of a map.
	Items []*Node
	// Keys are the keys of a map, one for each of Items.
	Keys []*Node
}

// Get gives the value of the map's first key named key, or nil.
func (n *Node) Get(key string) *Node {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i, k := range n.Keys {
		if k.Text == key {
			return n.Items[i]
		}
	}
	return nil
}

// Missing says that n is absent or null.
func (n *Node) Missing() bool { return n == nil || n.Kind == Null }
