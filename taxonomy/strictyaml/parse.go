package strictyaml

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a document. They are far above any real file and keep hostile ones small: the
// parser's time grows with the square of the keys in one map (16,000 take 5 seconds).
const (
	MaxBytes = 1 << 20
	MaxLines = 20_000
	MaxDepth = 64
)

// Parse reads one YAML document. The error is an [Errors] with syntax faults; a nil node
// comes only with an error.
func Parse(data []byte) (root *Node, err error) {
	if len(data) > MaxBytes {
		return nil, Errors{{Message: fmt.Sprintf("file has %d bytes; at most %d are read", len(data), MaxBytes)}}
	}
	if n := bytes.Count(data, []byte("\n")); n > MaxLines {
		return nil, Errors{{Message: fmt.Sprintf("file has %d lines; at most %d are read", n, MaxLines)}}
	}
	if deepest(data) > MaxDepth {
		return nil, Errors{{Message: fmt.Sprintf("more than %d levels of nesting", MaxDepth)}}
	}
	// The parser has panicked on malformed input before; a bad file must stay an error.
	defer func() {
		if p := recover(); p != nil {
			root, err = nil, Errors{{Message: fmt.Sprintf("not readable as YAML (%v)", p)}}
		}
	}()
	file, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, Errors{syntaxError(err)}
	}
	var docs []*ast.DocumentNode
	for _, d := range file.Docs {
		if d.Body != nil {
			docs = append(docs, d)
		}
	}
	switch {
	case len(docs) == 0:
		return nil, Errors{{Line: 1, Message: "the file is empty"}}
	case len(docs) > 1:
		return nil, Errors{{Line: line(docs[1].Body), Message: "more than one document; keep one per file"}}
	}
	c := converter{}
	root = c.node(docs[0].Body, "", 0)
	if err := c.errs.Err(); err != nil {
		return nil, err
	}
	return root, nil
}

// deepest bounds the nesting of flow collections before the recursive parser sees them.
func deepest(data []byte) int {
	depth, most := 0, 0
	for _, b := range data {
		switch b {
		case '[', '{':
			depth++
			most = max(most, depth)
		case ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return most
}

var positionPrefix = regexp.MustCompile(`^\[(\d+):(\d+)\] `)

// syntaxError takes line and message from the parser's report and leaves its drawing of
// the source out.
func syntaxError(err error) Error {
	first, _, _ := strings.Cut(err.Error(), "\n")
	out := Error{Message: first}
	if m := positionPrefix.FindStringSubmatch(first); m != nil {
		out.Line, _ = strconv.Atoi(m[1])
		out.Column, _ = strconv.Atoi(m[2])
		out.Message = first[len(m[0]):]
	}
	out.Message = "not valid YAML: " + out.Message
	return out
}

type converter struct{ errs Errors }

func (c *converter) fail(n ast.Node, path, message string) *Node {
	l, col := position(n)
	c.errs = append(c.errs, Error{l, col, path, message})
	return &Node{Kind: Null, Line: l, Column: col, Path: path}
}

func (c *converter) node(n ast.Node, path string, depth int) *Node {
	if depth > MaxDepth {
		return c.fail(n, path, fmt.Sprintf("more than %d levels of nesting", MaxDepth))
	}
	l, col := position(n)
	out := &Node{Line: l, Column: col, Path: path}
	switch v := n.(type) {
	case nil, *ast.NullNode:
		return out
	case *ast.StringNode:
		out.Kind, out.Text = Scalar, v.Value
		out.Quoted = v.Token.Type == token.SingleQuoteType || v.Token.Type == token.DoubleQuoteType
	case *ast.LiteralNode:
		out.Kind, out.Quoted, out.Text = Scalar, true, v.Value.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		out.Kind, out.Text = Scalar, strings.TrimSpace(v.GetToken().Value)
	case *ast.SequenceNode:
		out.Kind = List
		for i, item := range v.Values {
			out.Items = append(out.Items, c.node(item, path+"["+strconv.Itoa(i)+"]", depth+1))
		}
	case *ast.MappingNode:
		c.fill(out, v.Values, depth)
	case *ast.MappingValueNode:
		c.fill(out, []*ast.MappingValueNode{v}, depth)
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return c.fail(n, path, "anchors, aliases and merge keys are not supported; write the value out")
	case *ast.TagNode:
		return c.fail(n, path, "tags (!!...) are not supported")
	default:
		return c.fail(n, path, fmt.Sprintf("%s is not supported here", n.Type()))
	}
	return out
}

func (c *converter) fill(out *Node, values []*ast.MappingValueNode, depth int) {
	out.Kind = Map
	for _, kv := range values {
		key := c.key(kv, out.Path, depth)
		out.Keys = append(out.Keys, key)
		out.Items = append(out.Items, c.node(kv.Value, Join(out.Path, key.Text), depth+1))
	}
}

func (c *converter) key(kv *ast.MappingValueNode, path string, depth int) *Node {
	var inner ast.Node = kv.Key
	if explicit, ok := inner.(*ast.MappingKeyNode); ok {
		inner = explicit.Value
	}
	if _, isNull := inner.(*ast.NullNode); isNull {
		return c.fail(kv, path, "a key is missing before the colon")
	}
	key := c.node(inner, path, depth+1)
	if key.Kind == List || key.Kind == Map {
		return c.fail(kv, path, "a key must be a single value")
	}
	return key
}

// Join adds a key to a path.
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func line(n ast.Node) int { l, _ := position(n); return l }

// position is the place of the node's first character: for a block map the token is the
// first colon, so the first key is asked instead.
func position(n ast.Node) (line, column int) {
	switch v := n.(type) {
	case nil:
		return 0, 0
	case *ast.MappingNode:
		if len(v.Values) > 0 && !v.IsFlowStyle {
			return position(v.Values[0])
		}
	case *ast.MappingValueNode:
		return position(v.Key)
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line, t.Position.Column
	}
	return 0, 0
}
