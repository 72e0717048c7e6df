package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// TestHostileReviewer sends to the review queue what no honest front end sends, and asks the
// same of each answer as TestHostileClient; afterwards nothing was decided, held or added.
func TestHostileReviewer(t *testing.T) {
	d := newDesk(t, nil)
	c, item := d.queued("an honest claim", nil)
	anna := d.person("anna")
	task := must[wire.ReviewTask](t)(anna.Next(t.Context()))
	before := openFiles(t)
	all := append(hostileReviewBodies(c.ID, item), hostileReviewValues(c.ID, item, task.Version)...)
	all = append(all, hostileReviewPaths(item)...)
	for _, m := range all {
		t.Run(m.name, func(t *testing.T) {
			key := d.secret(ScopeIngest, ScopeRead, ScopeReview, ScopeAdmin)
			header := append([]string{"Authorization", "Bearer " + key}, m.header...)
			if m.body != "" && len(m.header) == 0 {
				header = append(header, "Content-Type", typeJSON)
			}
			checkHostile(t, d.running, m, d.ask(t, m.method, m.path, strings.NewReader(m.body), header...))
		})
	}
	if len(all) < 400 {
		t.Errorf("only %d requests", len(all))
	} else {
		t.Logf("%d malformed requests", len(all))
	}
	if strings.Contains(d.log.String(), "panicked") || strings.Contains(d.log.String(), "request failed") {
		t.Error("something failed on our side")
	}
	people := must[wire.ReviewerList](t)(d.as(ScopeAdmin).Reviewers(t.Context()))
	history := must[wire.ReviewHistory](t)(d.front().History(t.Context(), item))
	if r := d.item(item); r.Decided != 0 || r.Version != 2 || len(people.Reviewers) != 1 || len(history.Events) != 2 {
		t.Errorf("%+v, %d reviewers, %s", r, len(people.Reviewers), asText(history))
	}
	d.http.CloseIdleConnections()
	waitFor(t, func() bool { return openFiles(t) <= before })
}

// reviewWrites are the routes that read JSON.
func reviewWrites(claim, item string) map[string]string {
	out := map[string]string{
		"/v1/claims/" + claim + "/review": "POST", "/v1/review/next": "POST", "/v1/review/decisions/" + item + "/undo": "POST", "/v1/review/import?reviewer=anna": "POST",
		"/v1/reviewers": "POST", "/v1/reviewers/" + item: "PATCH",
	}
	for _, what := range []string{"hold", "release", "skip", "decision", "drop"} {
		out["/v1/review/items/"+item+"/"+what] = "POST"
	}
	return out
}

func hostileReviewBodies(claim, item string) (out []malformed) {
	for path, method := range reviewWrites(claim, item) {
		for name, body := range badBodies() {
			if name == "empty object" && strings.HasSuffix(path, "/review") || name == "array" && strings.Contains(path, "import") {
				continue // asks for a look at the whole claim; imports nothing
			}
			out = append(out, malformed{name: "json " + path + " " + name, method: method, path: path, body: body, header: []string{"Content-Type", typeJSON}})
		}
		for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", typeNDJSON, "multipart/form-data; boundary=b"} {
			out = append(out, malformed{name: "type " + path + " " + kind, method: method, path: path, body: "{}", header: []string{"Content-Type", kind}, status: []int{415}})
		}
		out = append(out, malformed{name: "large " + path, method: method, path: path, body: `{"why":"` + strings.Repeat("a", MaxSmallBody) + `"}`, status: []int{413, 422}})
	}
	return out
}

func hostileReviewValues(claim, item, version string) (out []malformed) {
	post := func(path, body string, status ...int) {
		out = append(out, malformed{name: fmt.Sprintf("value %d %.60s", len(out), body), method: "POST", path: path, body: body, status: status})
	}
	good := `"reviewer":"anna","version":"` + version + `"`
	decision := "/v1/review/items/" + item + "/decision"
	for _, rest := range []string{
		`,"labels":null`, `,"labels":{}`, `,"labels":[]`, `,"labels":{"severity":1}`, `,"labels":{"severity":"x"}`, `,"labels":{"smell":"bad"}`, `,"labels":{"":""}`, `,"labels":{"severity":"major"},"took_ms":-1`,
		`,"labels":{"severity":"major"},"took_ms":9223372036854775807`, `,"labels":{"severity":"major"},"took_ms":1.5`, `,"labels":{"severity":"major"},"shown":"yes"`, `,"labels":{"severity":"major"},"role":"adjudication"`,
		`,"labels":{"severity":"major"},"at":"2020-01-01T00:00:00Z"`, `,"labels":{"severity":"major"},"item":"` + uuid.NewString() + `"`, `,"labels":{"symptom":"noise"}`, `,"labels":{"severity":"major"},"why":"` + strings.Repeat("a", 2001) + `"`,
	} {
		post(decision, "{"+good+rest+"}", 422)
	}
	for _, v := range []string{"", "0", "-1", "2", "AAAAAAAAAAA", "../..", "' or 1=1", strings.Repeat("A", 5000), `\u0041`, "%00"} {
		post(decision, `{"reviewer":"anna","version":"`+v+`","labels":{"severity":"major"}}`, 409)
		post("/v1/review/items/"+item+"/hold", `{"reviewer":"anna","version":"`+v+`"}`, 409)
		post("/v1/review/items/"+item+"/skip", `{"reviewer":"anna","version":"`+v+`","why":"x"}`, 409)
	}
	post(decision, `{"reviewer":"anna","version":2,"labels":{"severity":"major"}}`, 422)
	for _, name := range []string{"", "nobody", "ANNA", "anna ", "anna\\u0000", "%", "*", strings.Repeat("a", 3000), "' or '1'='1", "\\ud800"} {
		post("/v1/review/next", `{"reviewer":"`+name+`"}`, 400, 422)
	}
	for _, body := range []string{`{"axes":["smell"]}`, `{"axes":"severity"}`, `{"axes":[1]}`, `{"axes":[""]}`, `{"deadline":"soon"}`, `{"deadline":"2001-01-01T00:00:00Z"}`, `{"deadline":"9999-01-01T00:00:00Z"}`, `{"deadline":"0000-00-00T00:00:00Z"}`, `{"why":{}}`, `{"reviewer":"anna"}`, `{"reasons":["random"]}`, `{"looks":2}`} {
		post("/v1/claims/"+claim+"/review", body, 422)
	}
	for _, body := range []string{
		`{"name":""}`, `{"name":" a"}`, `{"name":"a\nb"}`, `{"name":"` + strings.Repeat("a", 201) + `"}`, `{"name":"b","roles":["king"]}`, `{"name":"b","roles":[]}`, `{"name":"b","password":"short"}`, `{"name":"b","password":"` + strings.Repeat("a", 257) + `"}`,
		`{"name":"b","id":"x"}`, `{"name":"b","axes":["smell"]}`, `{"name":"b","langs":[""]}`, `{"name":"b","subject":"x"}`, `{"name":"b","subject":"#x"}`, `{"name":"b","hash":"$argon2id$"}`, `{"roles":["admin"]}`,
	} {
		post("/v1/reviewers", body, 422)
	}
	for _, body := range []string{`[1]`, `[null]`, `["a"]`, `[{"data":1}]`, `[{"data":{},"annotations":1}]`, `[{"data":{"claim_id":"a"}},{"data":{"claim_id":"a"}}]`, `{"data":{}}`, `[{"data":{},"annotations":[{"result":[{"from_name":"severity","value":{"choices":["a","b"]}}]}]}]`, strings.Repeat("[", 100000)} {
		post("/v1/review/import?reviewer=anna", body, 400, 422)
	}
	return out
}

func hostileReviewPaths(item string) (out []malformed) {
	for _, path := range []string{
		"/items/x", "/items/" + uuid.NewString(), "/items/" + strings.ToUpper(item), "/items/" + item + "/", "/items/" + item + "/photos/1", "/items/" + item + "/photos/-1", "/items/" + item + "/photos/x", "/items/" + uuid.NewString() + "/photos/0",
		"/items/" + uuid.NewString() + "/history", "/items/..%2f..", "/items/%00", "/items?limit=0", "/items?limit=501", "/items?state=x", "/items?state=mine", "/items?claim=x", "/items?lang=" + strings.Repeat("a", 300), "/items?x=1", "/items?reviewer=nobody", "/items?reviewer=%00", "/items?reviewer=a&reviewer=b",
		"/held", "/held?reviewer=nobody", "/figures", "/figures?reviewer=anna&from=x", "/figures?reviewer=anna&from=2026-02-01&until=2026-01-01", "/figures?reviewer=anna&from=2000-01-01&until=2026-01-01", "/team?from=1&until=2", "/accuracy", "/accuracy?axis=smell", "/accuracy?axis=severity&covered=maybe",
		"/export?format=xml", "/export?before=tomorrow", "/export?before=9999-01-01", "/export?format=label-studio", "/export?format=label-studio&reviewer=anna&limit=0", "/export?format=label-studio&reviewer=anna&photos=javascript:alert(1)", "/export?format=label-studio&reviewer=anna&photos=//evil.example", "/export?reviewer=anna",
		"/items/" + item + "/suggestion", "/items/" + item + "/suggestion?reviewer=nobody", "/next", "/import", "/decisions/" + item + "/undo", "/items/" + item + "/decision",
	} {
		out = append(out, malformed{name: "path " + path[:min(len(path), 70)], method: http.MethodGet, path: "/v1/review" + path})
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		out = append(out, malformed{name: method + " item", method: method, path: "/v1/review/items/" + item, status: []int{405}})
	}
	return append(out,
		malformed{name: "cross origin", method: "POST", path: "/v1/review/next", body: `{"reviewer":"anna"}`, header: []string{"Content-Type", typeJSON, "Origin", "https://evil.example"}, status: []int{403}},
		malformed{name: "delete a reviewer", method: "DELETE", path: "/v1/reviewers/x", status: []int{405}},
		malformed{name: "change nobody", method: "PATCH", path: "/v1/reviewers/" + uuid.NewString(), body: `{"disabled":true}`, status: []int{404}},
	)
}
