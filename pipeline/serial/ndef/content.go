package ndef

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Content is what a tag says in words and links.
type Content struct {
	// URIs are complete, those of Smart Posters included, in the tag's order.
	URIs []string `json:"uris,omitempty"`
	// Texts are the plain texts and Smart Posters' titles.
	Texts []Text `json:"texts,omitempty"`
	// Others is how many records of other types were passed over.
	Others int `json:"others,omitempty"`
}

// Text is a text in one language.
type Text struct {
	// Lang is the tag's language code, such as "en".
	Lang string `json:"lang"`
	Text string `json:"text"`
}

// Parse reads a message, bare or within the blocks of a Type 2 tag. The error is a
// claim.Problem.
func Parse(data []byte) (Content, error) {
	if len(data) > MaxBytes {
		return Content{}, problem(CodeTooLong, "the tag's data has %d bytes; at most %d are read", len(data), MaxBytes)
	}
	data, err := message(data)
	if err != nil {
		return Content{}, err
	}
	if len(data) == 0 {
		return Content{}, problem(CodeEmpty, "there is no message on this tag")
	}
	var c Content
	seen := 0
	if err := c.add(data, 0, &seen); err != nil {
		return Content{}, err
	}
	return c, nil
}

// Formats of a record's type name.
const (
	formatWellKnown = 1
	formatURI       = 3
)

// add reads a message's records; a Smart Poster's payload is a message of its own.
func (c *Content) add(data []byte, depth int, seen *int) error {
	all, err := records(data)
	if err != nil {
		return err
	}
	for _, r := range all {
		if *seen++; *seen > MaxRecords {
			return problem(CodeTooLong, "the message has more than %d records", MaxRecords)
		}
		switch {
		case r.format == formatURI:
			c.URIs = append(c.URIs, r.kind)
		case r.format == formatWellKnown && r.kind == "U":
			uri, err := uri(r.payload)
			if err != nil {
				return err
			}
			c.URIs = append(c.URIs, uri)
		case r.format == formatWellKnown && r.kind == "T":
			text, err := text(r.payload)
			if err != nil {
				return err
			}
			c.Texts = append(c.Texts, text)
		case r.format == formatWellKnown && r.kind == "Sp" && depth < maxDepth:
			if err := c.add(r.payload, depth+1, seen); err != nil {
				return err
			}
		default:
			c.Others++
		}
	}
	return nil
}

// uri puts the abbreviated prefix before the rest.
func uri(payload []byte) (string, error) {
	if len(payload) == 0 {
		return "", problem(CodeTruncated, "a link on the tag is empty")
	}
	prefixes := [...]string{
		"", "http://www.", "https://www.", "http://", "https://", "tel:", "mailto:", "ftp://anonymous:anonymous@",
		"ftp://ftp.", "ftps://", "sftp://", "smb://", "nfs://", "ftp://", "dav://", "news:", "telnet://", "imap:",
		"rtsp://", "urn:", "pop:", "sip:", "sips:", "tftp:", "btspp://", "btl2cap://", "btgoep://", "tcpobex://",
		"irdaobex://", "file://", "urn:epc:id:", "urn:epc:tag:", "urn:epc:pat:", "urn:epc:raw:", "urn:epc:", "urn:nfc:",
	}
	if !utf8.Valid(payload[1:]) {
		return "", problem(CodeMalformed, "a link on the tag is not UTF-8")
	}
	prefix := "" // the standard: an unknown abbreviation counts as none
	if n := int(payload[0]); n < len(prefixes) {
		prefix = prefixes[n]
	}
	return prefix + string(payload[1:]), nil
}

// text reads a status byte (bit 7: UTF-16; bits 0 to 5: length of the language code), the
// language, and the text.
func text(payload []byte) (Text, error) {
	if len(payload) == 0 || len(payload) < 1+int(payload[0]&0x3F) {
		return Text{}, problem(CodeTruncated, "a text on the tag ends within its language")
	}
	long := 1 + int(payload[0]&0x3F)
	t := Text{Lang: string(payload[1:long])}
	body := payload[long:]
	if payload[0]&0x80 == 0 {
		if !utf8.Valid(body) || !utf8.ValidString(t.Lang) {
			return Text{}, problem(CodeMalformed, "a text on the tag is not UTF-8")
		}
		t.Text = string(body)
		return t, nil
	}
	if len(body)%2 != 0 || !utf8.ValidString(t.Lang) {
		return Text{}, problem(CodeMalformed, "a text on the tag is not UTF-16")
	}
	little := len(body) >= 2 && body[0] == 0xFF && body[1] == 0xFE
	units := make([]uint16, 0, len(body)/2)
	for i := 0; i < len(body); i += 2 {
		u := uint16(body[i])<<8 | uint16(body[i+1])
		if little {
			u = u<<8 | u>>8
		}
		if i == 0 && u == 0xFEFF {
			continue // byte order mark
		}
		units = append(units, u)
	}
	t.Text = string(utf16.Decode(units))
	return t, nil
}
