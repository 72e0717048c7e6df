// Package reviewtest makes long queues for tests and benchmarks of what reads them. Only tests
// import it.
package reviewtest

import (
	"fmt"
	"strings"
)

// Items is the number of open items of a filled queue, that for which figures are asked.
const Items = 100_000

// Fill gives the SQL that writes Items claims and items past an empty store: half of two
// languages, a few rare ones with the lowest ranks, 40 products, three lists of axes, one item
// in ten looked at once already.
func Fill(sqlite bool) []string {
	values := fmt.Sprintf(`'%[1]s' || CASE i %% 3 WHEN 0 THEN 'severity' WHEN 1 THEN 'symptom' ELSE 'severity%[1]ssymptom' END || '%[1]s',
		'%[1]sabstained%[1]s'`, "\x1f")
	rest := fmt.Sprintf(`0.5, 1, CASE WHEN i > %d THEN -1.0 * i ELSE (i * 7919) %% 100003 END, 1 + (i %% 5 = 0),
		CASE WHEN i > %d THEN 'fi' WHEN i %% 2 = 0 THEN 'de' ELSE 'en' END, 'p' || (i %% 40), 'l' || (i %% 7), 'c' || (i %% 900),
		'{"severity":{"label":"major","probability":0.5,"abstained":true}}', 'sha256:m', '', 'system', 'open',
		CASE WHEN i %% 10 = 0 THEN '%[3]ssomebody%[3]s' ELSE '' END`, Items-2000, Items-2000, "\x1f")
	const columns = "id, claim, axes, reasons, random, uncertainty, cost, rank, looks, lang, product, label, cluster, suggested, model, known, added_by, state, touched"
	if sqlite {
		ids := "printf('%08x-0000-7000-8000-%012x', i, i)"
		numbers := fmt.Sprintf("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", Items)
		return []string{
			"INSERT INTO claim (id, state, created) " + numbers + "SELECT " + ids + ", 'done', i FROM n",
			`INSERT INTO content (claim, text, document) SELECT seq, 'it leaks', '{"id":"x"}' FROM claim`,
			"INSERT INTO review (" + columns + ", created) " + numbers + "SELECT " + ids + ", " + ids + ", " + values + ", 0, " + rest + ", i FROM n",
			"ANALYZE",
		}
	}
	ids := "(lpad(to_hex(i), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid"
	from := fmt.Sprintf(" FROM generate_series(1, %d) i", Items)
	return []string{
		`INSERT INTO claims (id, state, created_at, record, tags, body) SELECT ` + ids + `, 'done', to_timestamp(i), '{"claim":{"id":"x","text":"it leaks"}}', '{}', 'it leaks'` + from,
		"INSERT INTO reviews (" + columns + ", created_at) SELECT " + ids + ", " + ids + ", " + values + ", false, " +
			strings.Replace(rest, "1 + (i % 5 = 0)", "1 + (i % 5 = 0)::int", 1) + ", to_timestamp(i)" + from,
		"ANALYZE reviews",
	}
}
