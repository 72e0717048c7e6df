// Package lead serves the pages for those who lead the review: what waits and how long it will
// take, who decided how much, how right the model is, how far people agree, which mistakes cost
// most, and the taxonomy with its trouble spots, its editor and its history.
//
// Its place in the flow: beside package desk, whose sign-in and sessions it shares, on the
// figures of package insight, which the API shows too, and on package revision, which reads and
// publishes versions of the taxonomy. Adjudicators and admins come in; only admins change the
// taxonomy.
//
// Trade-offs: no page has a script. Figures are read anew for each page, in time that grows with
// what people decided, so that nothing has to be kept in step. The editor is two fields of YAML,
// since a taxonomy is a file that people also keep beside their code; whoever does not know the
// form begins with one of the suggestions, which fill it.
package lead
