package report

import (
	"strings"

	"github.com/defekt/defekt/pipeline/look"
)

// md turns text into Markdown that shows as that text and nothing more: what could make
// markup, end a table's cell or a line, or become a link is written as a character reference,
// which by the CommonMark specification never has a structural meaning; names and numbers
// after @ and # are kept from becoming mentions and references by a space of no width.
func md(s string) string {
	s = strings.Join(strings.Fields(look.Clean(s)), " ")
	return strings.NewReplacer(
		"&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "&#124;", "*", "&#42;", "_", "&#95;", "`", "&#96;", "[", "&#91;", "]", "&#93;",
		"~", "&#126;", "\\", "&#92;", "!", "&#33;", "$", "&#36;", "@", "&#64;&#8203;", "#", "&#35;&#8203;", "://", "&#58;&#8203;//", "www.", "www&#46;&#8203;",
	).Replace(s)
}
