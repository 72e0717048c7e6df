// Package site is what every server of pages shares: the layout with its navigation, style
// and other files under names that change with their content, the headers that keep a page
// safe, pages rendered whole before the first byte, pages for what went wrong, forms that
// other sites cannot send, notices that outlive a redirect, and pagers.
//
// Its place in the flow: between net/http and the rooms that make pages (pipeline/web,
// pipeline/web/desk). To make another one:
//
//  1. Write templates that begin with {{template "head" .}} and end with {{template "foot" .}};
//     embed them, and give them to [New] in [Config].Templates, with your own style in Styles.
//  2. Make a struct for each page that embeds [Frame] (from [Site.Frame]) beside its own data.
//  3. Write func(r *http.Request) (site.View, error) for each page: collect the data, return
//     View{Name: template, Data: data}. Errors become pages; say more of them in
//     [Config].Explain, and use [BadRequest] for faults of the address.
//  4. For a form: the same function under a POST route, with fields from r.PostForm; return
//     View{Goto: address, Notice: "Kept."} so that reloading does not send it again.
//  5. mux.HandleFunc("GET /things", s.Page(things)), then serve s.Handler(mux, guard).
//
// Trade-offs: pages need no script, and their policy forbids it unless a [View] names one of
// the files, which is then all that may run. Bars are SVG attributes since inline style is
// forbidden too. Notices travel in a cookie, so that no process must remember them.
package site
