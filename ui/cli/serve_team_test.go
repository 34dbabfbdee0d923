package cli

import (
	"testing"

	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
)

// Who is removed on another box of the team is logged out here. While the team's database does not answer
// unibox serve is healthy, since a restart would end nothing of that, and it refuses whom the
// team had removed, also when it starts again.
func TestAServeOfATeam(t *testing.T) {
	database := pgtest.Database(t)
	p, through := pgtest.NewProxy(t, database)
	t.Setenv("UNIBOX_TEST_DATABASE", through)
	b := newStationWith(t, "\n[fleet]\ndatabase_env = \"UNIBOX_TEST_DATABASE\"\n")
	removed, stays := b.sit(b.login("olga"), 80, 24).atWork(), b.sit(b.login("pavel"), 120, 40).atWork()
	healthy := func() {
		t.Helper()
		if text, code := b.get("/healthz"); code != 200 || text != "ok\n" {
			t.Errorf("%d: %s", code, text)
		}
	}
	healthy()
	team, err := postgres.Open(t.Context(), postgres.Options{Database: database})
	check(t, err)
	defer team.Close()
	check(t, team.RemoveAgent(t.Context(), "olga", "south"))
	<-removed.ended
	removed.wait("your key was taken away")
	p.Cut()
	stays.wait("the team's database has not answered since")
	healthy()
	refuses := func() {
		t.Helper()
		if c, err := b.dial(b.signers["olga"]); err == nil {
			c.Close()
			t.Error("who was removed is let in")
		}
	}
	refuses()
	check(t, b.stop())
	t.Setenv("UNIBOX_TEST_DATABASE", through) // the one before took it out of the environment
	b.start()
	refuses()
	b.sit(b.login("pavel"), 120, 40).wait("the team's database")
	healthy()
}
