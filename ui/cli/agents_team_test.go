package cli

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"unibox/state"
	"unibox/state/config"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
	"unibox/ui/app"
)

// Who is removed on one box is refused on the others of the team, and a name that is another
// person's there is said.
func TestAnAgentOfATeam(t *testing.T) {
	database, dir := pgtest.Database(t), t.TempDir()
	t.Setenv("UNIBOX_TEST_DATABASE", database)
	file, keyFile := filepath.Join(dir, "config.toml"), filepath.Join(dir, "olga.pub")
	check(t, os.WriteFile(file, []byte("[fleet]\ndatabase_env = \"UNIBOX_TEST_DATABASE\"\n"), 0o600))
	public, _, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	key, err := ssh.NewPublicKey(public)
	check(t, err)
	check(t, os.WriteFile(keyFile, ssh.MarshalAuthorizedKey(key), 0o600))
	agents := func(args ...string) (string, error) {
		var said bytes.Buffer
		root := program{}.rootCommand()
		root.SetArgs(append([]string{"agents", "--config", file, "--state", filepath.Join(dir, "box"), "--authorized-keys", filepath.Join(dir, "keys")}, args...))
		root.SetOut(&said)
		err := root.ExecuteContext(t.Context())
		return said.String(), err
	}
	team, err := postgres.Open(t.Context(), postgres.Options{Database: database})
	check(t, err)
	defer team.Close()
	check(t, team.LetIn(t.Context(), state.AgentKey{Agent: "olga", Key: "another", Box: "south"}))
	if out, err := agents("add", "olga", "--key", keyFile); err != nil || !strings.Contains(out, "On other boxes olga has other keys (south): ") {
		t.Errorf("add: %s, %v", out, err)
	}
	c, _, err := config.Load(file, nil)
	check(t, err)
	refused := func(want bool) {
		t.Helper()
		s := app.Session{Dir: filepath.Join(dir, "box"), Config: c}
		host, err := s.OpenHost(t.Context())
		check(t, err)
		if host.Refuses("olga", ssh.FingerprintSHA256(key)) != want {
			t.Errorf("unibox serve refuses the key: %v", !want)
		}
		check(t, host.Close())
		a, known := c.Agent("olga")
		box, err := s.As(a).Open(t.Context())
		if (err != nil) != want || !known || err != nil && err.Error() != "you were removed from the team: tell whoever runs this unibox" {
			t.Errorf("a session of the agent: %v", err)
		}
		if err == nil {
			check(t, box.Close())
		}
	}
	refused(false)
	pgtest.Exec(t, database, "CREATE TABLE before AS SELECT * FROM unibox.agent_key")
	for _, says := range []string{"olga from the config.", "The other boxes of the team refuse olga from now on.\n"} { // the second time there is nothing here
		if out, err := agents("remove", "olga"); err != nil || !strings.Contains(out, says) || !strings.HasSuffix(out, "The other boxes of the team refuse olga from now on.\n") {
			t.Errorf("remove: %q, %v", out, err)
		}
	}
	refused(true)
	// Another server takes over, without the removal. It is told, so that each box goes on to refuse her.
	pgtest.Exec(t, database, "DELETE FROM unibox.agent_key", "INSERT INTO unibox.agent_key SELECT * FROM before")
	refused(true)
	if all, err := team.AgentKeys(t.Context()); err != nil || !all.Removed("olga") {
		t.Errorf("the database says %+v, %v", all, err)
	}
	if out, err := agents("add", "olga", "--key", keyFile); err != nil {
		t.Errorf("add: %s, %v", out, err)
	}
	refused(false)
	// The database loses a removal before any box has read it: the one on which it was made knows it.
	pgtest.Exec(t, database, "DROP TABLE before", "CREATE TABLE before AS SELECT * FROM unibox.agent_key")
	if out, err := agents("remove", "olga"); err != nil {
		t.Errorf("remove: %q, %v", out, err)
	}
	pgtest.Exec(t, database, "DELETE FROM unibox.agent_key", "INSERT INTO unibox.agent_key SELECT * FROM before")
	refused(true)
}
