package sqlite

import (
	"fmt"
	"testing"

	"unibox/api"
	rules "unibox/state/inbox"
	"unibox/state/sqlite/dbfile"
)

// The conditions of the queries hold for exactly the messages for which the rules
// hold.
func TestConditionsAreTheRules(t *testing.T) {
	db := openIn(t, t.TempDir())
	for name, c := range map[string]struct {
		condition string
		rule      func(api.Message) bool
	}{"asks": {asks, rules.Asks}, "ours": {ours, rules.Ours}, "answers": {answers, rules.Answers}} {
		for _, m := range everyMessage() {
			var holds bool
			must(t, db.cache.Read(t.Context(), func(l *dbfile.Conn) error {
				return l.Row(t.Context(), fmt.Sprint("SELECT ", c.condition, " FROM (SELECT ? AS dir, ? AS kind, ? AS delivery)"), m.Direction, m.Kind, m.Delivery).Scan(&holds)
			}))
			if holds != c.rule(m) {
				t.Errorf("%s of direction %d, kind %d, delivery %d: %v in SQL, %v in Go", name, m.Direction, m.Kind, m.Delivery, holds, c.rule(m))
			}
		}
	}
}

// everyMessage has each combination of what the rules go by.
func everyMessage() (all []api.Message) {
	for _, dir := range []api.Direction{api.Inbound, api.Outbound} {
		for kind := api.KindText; kind <= api.KindUnknown; kind++ {
			for delivery := api.DeliveryUnsaid; delivery <= api.DeliveryUncertain; delivery++ {
				all = append(all, api.Message{Direction: dir, Kind: kind, Delivery: delivery})
			}
		}
	}
	return all
}
