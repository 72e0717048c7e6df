package board

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/money"
	"github.com/defekt/defekt/pipeline/quality/erp"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// creditTable shows credits.
func (s *Server) creditTable(id, caption string, list []store.Credit) table {
	t := table{ID: id, Caption: caption, Columns: heads("Reference", "Supplier", "State", "Made", "#Claimed", "#Accepted", "#Recovered", "#Claims"), Empty: "None."}
	for _, c := range list {
		in := func(minor int64) string { return money.String(store.Money{Minor: minor, Currency: c.Currency}) }
		t.Rows = append(t.Rows, row{{Text: look.Clean(c.Reference), Href: s.creditHref(c.ID), Note: look.Clean(c.Lot)}, s.supplierCell(c.Supplier), creditState(c), {Text: onDay(c.CreatedAt)},
			{Text: in(c.Claimed)}, {Text: in(c.Accepted)}, {Text: in(c.Recovered)}, {Text: site.Thousands(c.Claims), Note: site.Counted(c.Units, "unit")}})
	}
	return t
}

func creditState(c store.Credit) cell {
	return cell{Text: look.Sentence(string(c.State)), Class: map[store.CreditState]string{store.CreditRecovered: "good", store.CreditRejected: "bad", store.CreditDraft: "open", store.CreditSent: "open"}[c.State]}
}

// creditsView is the list of credits.
type creditsView struct {
	page
	Choices []tab
	List    table
	site.Pager
}

var creditStates = []store.CreditState{"", store.CreditDraft, store.CreditSent, store.CreditAccepted, store.CreditRecovered, store.CreditRejected, store.CreditVoid}

// creditList lists credits, oldest first, as the store and the exports do.
func (s *Server) creditList(r *http.Request) (site.View, error) {
	state := store.CreditState(r.URL.Query().Get("state"))
	if !slices.Contains(creditStates, state) {
		return site.View{}, site.BadRequest("There are no credits of this state.")
	}
	v := creditsView{page: s.page(r, "/credits", "Credits")}
	for _, c := range creditStates {
		v.Choices = append(v.Choices, tab{cmp.Or(look.Sentence(string(c)), "All"), s.stateHref("/credits", string(c)), c == state})
	}
	after, err := cursor(r)
	if err != nil {
		return site.View{}, err
	}
	list, err := s.cfg.Store.Credits(r.Context(), store.CreditFilter{State: state, After: after, Limit: s.cfg.PageSize + 1})
	if err != nil {
		return site.View{}, err
	}
	next := ""
	if len(list) > s.cfg.PageSize {
		list = list[:s.cfg.PageSize]
		next = list[len(list)-1].ID
	}
	v.List = s.creditTable("list", "Credits, oldest first", list)
	v.Pager = site.NewPager(s.stateHref("/credits", string(state)), after, next)
	return site.View{Name: "credits", Data: v}, nil
}

// creditView is the page of one credit.
type creditView struct {
	page
	Action  string
	Version int64
	State   cell
	Facts   []fact
	Log     table
	Moves   []choice
	Amount  string
	Note    string
	Fault   *fault
	// Currency is that of the amount.
	Currency string
}

func (s *Server) creditPage(r *http.Request) (site.View, error) {
	return s.creditView(r, "", "", "", nil)
}

func (s *Server) creditView(r *http.Request, to, amount, note string, f *fault) (site.View, error) {
	c, err := s.cfg.Store.Credit(r.Context(), r.PathValue("id"))
	if err != nil {
		return site.View{}, err
	}
	in := func(minor int64) string { return money.String(store.Money{Minor: minor, Currency: c.Currency}) }
	v := creditView{page: s.page(r, "/credits", "Credit "+look.Clean(c.Reference)), Action: s.creditHref(c.ID), Version: c.Version, State: creditState(c), Amount: amount, Note: note, Fault: f, Currency: c.Currency}
	v.Facts = facts(
		fact{Name: "Supplier", Value: look.Clean(c.Supplier), Href: s.groupHref(store.Group{Kind: store.GroupSupplier, Name: c.Supplier})},
		fact{Name: "Lot", Value: look.Clean(c.Lot)}, fact{Name: "Claimed", Value: in(c.Claimed), Note: site.Counted(c.Claims, "claim") + ", " + site.Counted(c.Units, "unit")},
		fact{Name: "Accepted", Value: in(c.Accepted)}, fact{Name: "Recovered", Value: in(c.Recovered)}, fact{Name: "Made", Value: onDay(c.CreatedAt)}, fact{Name: "Changed", Value: onDay(c.ChangedAt)},
		fact{Name: "Package", Value: c.Digest, Note: "SHA-256 of the ZIP that went with it"}, fact{Name: "Note", Value: look.Clean(c.Note)},
	)
	if c.CAPA != "" {
		v.Facts = append(v.Facts, fact{Name: "Corrective action", Value: short(c.CAPA), Href: s.capaHref(c.CAPA)})
	}
	for _, next := range erp.Next(c.State) {
		v.Moves = append(v.Moves, choice{string(next), look.Sentence(string(next)), string(next) == to})
	}
	log, err := s.cfg.Store.QualityLog(r.Context(), c.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return site.View{}, err
	}
	v.Log = logTable(log)
	return site.View{Name: "credit", Data: v, Status: statusOf(f)}, nil
}

// moveCredit books what became of a credit.
func (s *Server) moveCredit(r *http.Request) (site.View, error) {
	ctx, form := r.Context(), r.PostForm
	version, err := versionIn(form)
	if err != nil {
		return site.View{}, err
	}
	c, err := s.cfg.Store.Credit(ctx, r.PathValue("id"))
	if err != nil {
		return site.View{}, err
	}
	to := store.CreditState(form.Get("to"))
	change := erp.Change{To: to, Note: strings.TrimSpace(form.Get("note"))}
	minor, err := minorIn(form.Get("amount"), c.Currency)
	switch to {
	case store.CreditAccepted:
		change.Accepted = minor
	case store.CreditRecovered:
		change.Recovered = minor
	default:
		err = nil
	}
	if err == nil {
		_, err = s.credits.Move(ctx, c.ID, version, s.cfg.Actor(ctx), change)
	}
	if f, ok := faultOf(err); ok {
		return s.creditView(r, form.Get("to"), form.Get("amount"), form.Get("note"), f)
	}
	if err != nil {
		return site.View{}, err
	}
	return site.View{Goto: s.creditHref(c.ID), Notice: site.Notice{Text: "The credit is " + string(to) + "."}}, nil
}

// minorIn reads an amount such as "1234.50" in a currency's smallest unit.
func minorIn(text, currency string) (int64, error) {
	text = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(strings.TrimSpace(text))
	places := money.Places(currency)
	whole, part, _ := strings.Cut(text, ".")
	if text == "" || len(part) > places || strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
		return 0, site.BadRequest("Write the amount as " + money.Decimal(store.Money{Minor: 123450, Currency: currency}) + ".")
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", places-len(part)), 10, 64)
	if err != nil {
		return 0, site.BadRequest("Write the amount as " + money.Decimal(store.Money{Minor: 123450, Currency: currency}) + ".")
	}
	return n, nil
}
