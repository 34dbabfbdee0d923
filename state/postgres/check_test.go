package postgres_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"unibox/state"
	"unibox/state/postgres"
	"unibox/state/postgres/pgtest"
)

// checked is what Check says of a database, a line each.
func checked(t *testing.T, database string) string {
	t.Helper()
	all, err := postgres.Check(t.Context(), database)
	must(t, err)
	var lines []string
	for _, f := range all {
		lines = append(lines, fmt.Sprint(f.Wrong, " ", f.Says, ": ", f.Todo))
	}
	return strings.Join(lines, "\n")
}

func says(t *testing.T, database string, want ...string) {
	t.Helper()
	said := checked(t, database)
	for _, w := range want {
		if !strings.Contains(said, w) {
			t.Errorf("%q is not in\n%s", w, said)
		}
	}
}

// Each thing that a database may lack is found on one that lacks it.
func TestCheckFindsAStandbyAndWhatItWouldLose(t *testing.T) {
	server := pgtest.NewServer(t)
	database := server.Database()
	standby := server.Standby()
	server.Wait("SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming')")
	says(t, standby.Team(), "true it is a standby, which takes nothing")
	says(t, database, "false its standbys lag behind")
	server.Exec("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
	server.Wait("SELECT EXISTS (SELECT FROM pg_stat_replication WHERE sync_state = 'sync')")
	if said := checked(t, database); strings.Contains(said, "lag behind") {
		t.Errorf("a standby that lags behind nothing:\n%s", said)
	}
	server.Halt()
	says(t, database, "true the team's database does not answer")
}

func TestCheckFindsWhatAUserMayNot(t *testing.T) {
	database := pgtest.Database(t)
	_, err := open(t, database).Team(t.Context())
	must(t, err)
	_, name, _ := strings.Cut(database, "dbname=")
	pgtest.Exec(t, database, "CREATE ROLE "+name+" LOGIN")
	t.Cleanup(func() { pgtest.Exec(t, database, "DROP OWNED BY "+name, "DROP ROLE "+name) })
	user := strings.Replace(database, "user=postgres", "user="+name, 1)
	says(t, user, "true its user may not use the schema unibox")
	pgtest.Exec(t, database, "GRANT USAGE ON SCHEMA unibox TO "+name, "GRANT SELECT ON ALL TABLES IN SCHEMA unibox TO "+name)
	says(t, user, "true its user may not write ", "feed", "item", "lease")
	pgtest.Exec(t, database, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA unibox TO "+name)
	says(t, user, "false its user may do all that is needed")
	pgtest.Exec(t, database, "ALTER ROLE "+name+" SET default_transaction_read_only = on")
	says(t, user, "true it is read-only")
	pgtest.Exec(t, database, "UPDATE unibox.layout SET steps = 999")
	says(t, database, "true the team's database belongs to a newer version of unibox")
	says(t, strings.Replace(database, "user=postgres", "user=nobody_there", 1), "true the team's database refuses this box")
	says(t, database+"_not", "true the team's database is not there")
}

// pgbouncer runs before the server, and lends its connections for one transaction each.
func pgbouncer(t *testing.T, database string) string {
	t.Helper()
	path, err := exec.LookPath("pgbouncer")
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/pgbouncer"); err != nil {
			t.Skip("pgbouncer is not installed")
		}
	}
	dir, err := os.MkdirTemp("/tmp", "unibox-pool-")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	must(t, os.Chmod(dir, 0o755))
	file := filepath.Join(dir, "pool.ini")
	must(t, os.WriteFile(file, fmt.Appendf(nil, "[databases]\n* = host=%s user=postgres\n[pgbouncer]\nlisten_port = 5432\nlisten_addr =\nunix_socket_dir = %s\nauth_type = any\npool_mode = transaction\nserver_round_robin = 1\n", pgtest.Socket(t), dir), 0o644))
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, path, file)
	if os.Getuid() == 0 { // it refuses to run as root
		must(t, exec.Command("chown", "nobody", dir).Run())
		cmd = exec.CommandContext(ctx, "setpriv", "--reuid=nobody", "--clear-groups", "--", path, file)
	}
	must(t, cmd.Start())
	t.Cleanup(func() { stop(); _ = cmd.Wait() })
	listens := false // its socket is there before
	for range 6000 {
		if c, err := net.Dial("unix", filepath.Join(dir, ".s.PGSQL.5432")); err == nil {
			listens = c.Close() == nil
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !listens {
		t.Fatal("pgbouncer does not listen")
	}
	return strings.Replace(database, "host="+pgtest.Socket(t), "host="+dir, 1)
}

// Through a pooler that lends a connection for a transaction notices do not arrive. It is
// said, and the boxes see each other all the same.
func TestAPoolerThatSwallowsNotices(t *testing.T) {
	database := pgtest.Database(t)
	pool := pgbouncer(t, database)
	says(t, pool, "false a pooler in front swallows notices")
	says(t, database, "false notices arrive")
	f := open(t, pool)
	must(t, f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(1)}}))
	if keys, _ := since(t, f, state.FleetPos{}); len(keys) != 1 {
		t.Errorf("%v", keys)
	}
	held, _, _ := hold(t, f)
	must(t, f.Write(t.Context(), state.FleetWrite{Layout: 1, Rows: []state.FleetRow{row(2)}, Leases: held}))
}
