package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/defekt/defekt/pipeline/claim"
)

// decode reads one JSON object strictly: valid UTF-8, no member twice, no unknown members,
// bounded depth, nothing after it. What json alone lets pass would mean one thing to the
// sender and another to us.
func decode(data []byte, into any) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return fault(codeBodyMissing, "body", "")
	}
	if !utf8.Valid(data) {
		return fault(codeBodyMalformed, "body", "these bytes are no UTF-8")
	}
	if err := checkShape(data); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return decodeFault(err)
	}
	return nil
}

// decodeFault says in our words what json found.
func decodeFault(err error) error {
	if p, ok := errors.AsType[claim.Problem](err); ok {
		return p
	}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fault(codeBodyInvalid, clip(t.Field), fmt.Sprintf("a JSON %s cannot stand here", strings.SplitN(t.Value, " ", 2)[0]))
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fault(codeBodyInvalid, "body", "there is no member "+clip(name))
	}
	return fault(codeBodyInvalid, "body", "a value cannot be read: "+clip(err.Error()))
}

// clip keeps what the sender wrote short in what we say.
func clip(s string) string {
	if len(s) > 100 {
		return strings.ToValidUTF8(s[:100], "") + "..."
	}
	return s
}

// container is an object or array that is open.
type container struct {
	object bool
	names  map[string]bool
	key    bool // the next string is a member's name
}

// checkShape walks JSON without building it, and finds what a decoder does not report:
// members twice, depth, NUL characters, data after the value.
func checkShape(data []byte) error {
	if err := checkDepth(data); err != nil {
		return err
	}
	if !json.Valid(data) {
		var v json.RawMessage
		err := json.NewDecoder(bytes.NewReader(data)).Decode(&v)
		if err == nil {
			err = errors.New("there is something after the JSON value")
		} else if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it ends early")
		}
		return fault(codeBodyMalformed, "body", "this is no JSON: "+clip(err.Error()))
	}
	if bytes.TrimLeft(data, " \t\r\n")[0] != '{' {
		return fault(codeBodyInvalid, "body", "a JSON object is needed")
	}
	var stack []container
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			stack = append(stack, container{object: data[i] == '{', key: data[i] == '{'})
		case '}', ']':
			stack = stack[:len(stack)-1]
		case ',':
			stack[len(stack)-1].key = stack[len(stack)-1].object
		case '"':
			end := i + 1 + stringEnd(data[i+1:])
			if err := checkString(&stack[len(stack)-1], data[i:end+1]); err != nil {
				return err
			}
			i = end
		}
	}
	return nil
}

// checkDepth runs before json does, so that depth never costs a stack.
func checkDepth(data []byte) error {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			if depth++; depth > MaxDepth {
				return fault(codeBodyMalformed, "body", fmt.Sprintf("JSON may nest %d deep", MaxDepth))
			}
		case '}', ']':
			depth--
		case '"':
			i += 1 + stringEnd(data[i+1:])
		}
	}
	return nil
}

// stringEnd gives the place of the quote that ends a string, or len(data).
func stringEnd(data []byte) int {
	for i := 0; ; {
		n := bytes.IndexAny(data[i:], `"\`)
		if n < 0 {
			return len(data)
		}
		if i += n; data[i] == '"' {
			return i
		}
		if i += 2; i >= len(data) {
			return len(data)
		}
	}
}

// checkString looks at one string of valid JSON, quotes included.
func checkString(in *container, quoted []byte) error {
	if bytes.Contains(quoted, []byte(`\u0000`)) { // an escaped backslash before u0000 is refused too
		return fault(codeBodyInvalid, "body", "a string has a NUL character")
	}
	if !in.key {
		return nil
	}
	in.key = false
	name := string(quoted[1 : len(quoted)-1])
	if strings.Contains(name, `\`) {
		if err := json.Unmarshal(quoted, &name); err != nil {
			return fault(codeBodyMalformed, "body", "a member's name cannot be read")
		}
	}
	name = strings.ToLower(name) // json matches members without regard to case
	if in.names[name] {
		return fault(codeBodyMalformed, "body", "the member "+clip(name)+" is there twice")
	}
	if in.names == nil {
		in.names = map[string]bool{}
	}
	in.names[name] = true
	return nil
}
