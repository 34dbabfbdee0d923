package syncer

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"unibox/api"
	"unibox/state"
)

// Three companies of one user have one budget between them, and each is read.
func TestAccountsOfOneCredentialShareItsBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var accounts []Account
		var platforms []*platform
		for _, id := range []api.AccountID{"a", "b", "c"} {
			p := newPlatform(t, 1, 40, 3)
			p.traits.Credential = "1"
			platforms = append(platforms, p)
			accounts = append(accounts, Account{ID: id, Provider: p})
		}
		stop := launch(New(Options{Store: newMemory(), Feed: state.NewFeed(), Accounts: accounts}))
		time.Sleep(10 * time.Minute)
		stop()
		all := &platform{traits: platforms[0].traits}
		for i, p := range platforms {
			reads := p.count(func(c call) bool { return c.op == "messages" })
			if lists := p.count(func(c call) bool { return c.op == "list" }); reads < 20 || lists < 5 {
				t.Errorf("account %d: %d reads, %d lists in ten minutes", i, reads, lists)
			}
			all.calls = append(all.calls, p.log()...)
		}
		slices.SortStableFunc(all.calls, func(a, b call) int { return a.at.Compare(b.at) })
		within(t, all)
	})
}
