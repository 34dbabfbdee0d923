package postgres

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"unibox/state"
)

// Finding is what Check found of one thing. Says is a sentence, Todo what to do about it;
// empty if nothing is.
type Finding struct {
	Wrong      bool
	Says, Todo string
}

// oldest is the first version of PostgreSQL that will do.
const oldest = 15

// skew is how far clocks may be apart without a word.
const skew = 2 * time.Second

// checks are what is looked at, in the order in which it is said.
var checks = []func(context.Context, *pgx.Conn) (Finding, error){checkVersion, checkStandby, checkRights, checkPooling, checkDurable, checkStandbys, checkClock, checkTLS, checkNames, checkAgents}

// Check looks at all that a fleet needs of a database. It changes nothing there.
func Check(ctx context.Context, database string) ([]Finding, error) {
	config, err := parse(database)
	if err != nil {
		return nil, err
	}
	config.ConnConfig.ValidateConnect = nil // a standby is to be found, and not to be passed over
	ctx, cancel := context.WithTimeout(ctx, 4*answerTime)
	defer cancel()
	c, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return []Finding{{true, sentence(err, time.Time{}), ""}}, nil
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }()
	var all []Finding
	for _, check := range checks {
		found, err := check(ctx, c)
		if err != nil {
			return all, fmt.Errorf("the team's database: %w", withoutAddress(err))
		}
		if found.Says != "" {
			all = append(all, found)
		}
	}
	return all, nil
}

func checkVersion(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var number int
	var name string
	err = c.QueryRow(ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_version')").Scan(&number, &name)
	name, _, _ = strings.Cut(name, " ")
	if number/10000 < oldest {
		return Finding{true, "it is PostgreSQL " + name, fmt.Sprintf("PostgreSQL %d or later is needed", oldest)}, err
	}
	return Finding{Says: "it is PostgreSQL " + name}, err
}

func checkStandby(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var standby, readOnly bool
	err = c.QueryRow(ctx, "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only')::bool").Scan(&standby, &readOnly)
	switch {
	case standby:
		f = Finding{true, "it is a standby, which takes nothing", "name the primary server, or all of them with commas between: the one that can be written is used"}
	case readOnly:
		f = Finding{true, "it is read-only (default_transaction_read_only)", "set default_transaction_read_only to off for this user and database"}
	}
	return f, err
}

// checkRights says which step of the schema is there, and whether this user may use it.
func checkRights(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var there, make, use bool
	err = c.QueryRow(ctx, "SELECT to_regnamespace('unibox') IS NOT NULL, has_database_privilege(current_database(), 'CREATE'), coalesce(has_schema_privilege(to_regnamespace('unibox')::oid, 'USAGE'), false)").Scan(&there, &make, &use)
	switch {
	case err != nil:
		return f, err
	case !there && !make:
		return Finding{true, "its user may not make the schema unibox", `as its owner: GRANT CREATE ON DATABASE … TO …`}, nil
	case !there:
		return Finding{Says: "it is empty: the first box that joins makes the schema"}, nil
	case !use:
		return Finding{true, "its user may not use the schema unibox", `use the user that made it, or let its owner say: GRANT unibox_owner TO …`}, nil
	}
	return checkTables(ctx, c)
}

func checkTables(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var missing []string
	rows, err := c.Query(ctx, `SELECT DISTINCT relname FROM pg_class, unnest(CASE WHEN relname = 'layout' THEN '{SELECT}'
		WHEN relname IN ('feed', 'lease') THEN '{SELECT,INSERT,UPDATE}' ELSE '{SELECT,INSERT,UPDATE,DELETE}' END::text[]) AS needed
		WHERE relnamespace = to_regnamespace('unibox') AND relkind = 'r' AND NOT has_table_privilege(oid, needed) ORDER BY 1`)
	if err == nil {
		missing, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		return f, err
	}
	if len(missing) > 0 {
		return Finding{true, "its user may not write " + strings.Join(missing, ", "), "use the user that made the schema, or: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA unibox TO …"}, nil
	}
	steps, err := steps()
	if err != nil {
		return f, err
	}
	var have int
	err = c.QueryRow(ctx, "SELECT coalesce(max(steps), 0) FROM unibox.layout").Scan(&have)
	if have > len(steps) {
		return Finding{true, (&layoutError{have, len(steps)}).Error(), ""}, err
	}
	return Finding{Says: "its user may do all that is needed"}, err
}

// checkPooling finds out whether a notice arrives. Through a pooler that lends a server's
// connection for one transaction it does not.
func checkPooling(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var standby bool
	if err := c.QueryRow(ctx, "SELECT pg_is_in_recovery()").Scan(&standby); err != nil || standby { // it gives no notices
		return f, err
	}
	name := "unibox_check_" + strings.ToLower(rand.Text())
	if _, err := c.Exec(ctx, "LISTEN "+name); err != nil {
		return f, err
	}
	config := c.Config()
	config.OnNotification = nil // what the other one receives would count as received by c
	other, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return Finding{true, "it takes one connection only", "let the user have a few for each box"}, nil
	}
	defer func() { _ = other.Close(context.WithoutCancel(ctx)) }()
	if _, err := other.Exec(ctx, "SELECT pg_notify($1::text, '')", name); err != nil {
		return f, err
	}
	waiting, cancel := context.WithTimeout(ctx, skew)
	defer cancel()
	if _, err := c.WaitForNotification(waiting); err != nil {
		return Finding{false, "a pooler in front swallows notices: news of other boxes come some seconds late", "connect to PostgreSQL itself, or set the pooler to pool by session"}, nil
	}
	return Finding{Says: "notices arrive"}, nil
}

// checkDurable says whether a commit is on the server's disk when it returns.
func checkDurable(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var fsync, commit string
	err = c.QueryRow(ctx, "SELECT current_setting('fsync'), current_setting('synchronous_commit')").Scan(&fsync, &commit)
	if fsync == "off" || commit == "off" {
		f = Finding{true, "a power cut takes commits back there (fsync or synchronous_commit is off): a message could be sent twice", "set both to on"}
	}
	return f, err
}

// checkStandbys says what a fail-over would lose.
func checkStandbys(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var standbys int
	var names string
	err = c.QueryRow(ctx, "SELECT count(*), current_setting('synchronous_standby_names') FROM pg_stat_replication").Scan(&standbys, &names)
	if standbys > 0 && names == "" {
		f = Finding{false, "its standbys lag behind: after a fail-over the last commits are gone", "set synchronous_standby_names"}
	}
	return f, err
}

func checkClock(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var there time.Time
	err = c.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&there)
	if apart := time.Since(there).Abs(); apart > skew {
		f = Finding{false, fmt.Sprintf("its clock and this box's are %v apart: who works for an account does not go by that, the times on screen do", apart.Round(time.Second)), "let both be set by NTP"}
	}
	return f, err
}

// checkTLS says who else can read what goes there. Whoever gives no sslmode has one that gives
// encryption up without a word.
func checkTLS(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	if local(c.Config().Host) {
		return f, nil
	}
	encrypted := false
	err = c.QueryRow(ctx, "SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)").Scan(&encrypted)
	return onTheWay(encrypted, c.Config().TLSConfig), err
}

func onTheWay(encrypted bool, c *tls.Config) (f Finding) {
	const mend = "add sslmode=verify-full to how it is reached"
	switch {
	case !encrypted:
		f = Finding{false, "what goes there is not encrypted", mend}
	case c == nil || c.InsecureSkipVerify && c.VerifyPeerCertificate == nil && c.VerifyConnection == nil:
		f = Finding{false, "what goes there is encrypted, but not checked to be the team's database", mend}
	}
	return f
}

// local reports whether a server is on this machine.
func local(host string) bool {
	network, _ := pgconn.NetworkAddress(host, 0)
	ip := net.ParseIP(host)
	return network == "unix" || host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkNames looks for boxes of one name: their files are told apart by an id, people are not.
func checkNames(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var there bool
	err = c.QueryRow(ctx, "SELECT coalesce(has_schema_privilege(to_regnamespace('unibox')::oid, 'USAGE'), false) AND coalesce(has_table_privilege(to_regclass('unibox.machine')::oid, 'SELECT'), false)").Scan(&there)
	if err != nil || !there {
		return f, err
	}
	rows, err := c.Query(ctx, "SELECT name FROM unibox.machine WHERE seen > clock_timestamp() - $1::interval GROUP BY name HAVING count(*) > 1 ORDER BY name", keptFor)
	if err != nil {
		return f, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if len(names) > 0 {
		f = Finding{false, fmt.Sprintf("several boxes are called %s: the keys of their agents count as those of one box", strings.Join(names, ", ")), "give each machine a host name of its own"}
	}
	return f, err
}

// checkAgents looks for people of one name: claims, notes and mentions do not tell them apart.
func checkAgents(ctx context.Context, c *pgx.Conn) (f Finding, err error) {
	var there bool
	err = c.QueryRow(ctx, `SELECT coalesce(has_schema_privilege(to_regnamespace('unibox')::oid, 'USAGE'), false) AND EXISTS (
		SELECT FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'changed'
		WHERE c.relnamespace = to_regnamespace('unibox') AND c.relname = 'agent_key' AND has_table_privilege(c.oid, 'SELECT'))`).Scan(&there)
	if err != nil || !there {
		return f, err
	}
	all, err := agentKeys(ctx, c)
	if err != nil {
		return f, err
	}
	var names []string
	said := map[string]bool{}
	for _, k := range all {
		if boxes := state.AgentKeys(all).Strangers(k.Agent, k.Box); !said[k.Agent] && !k.Removed && len(boxes) > 0 {
			said[k.Agent] = true
			names = append(names, fmt.Sprintf("%s (%s)", k.Agent, strings.Join(append([]string{k.Box}, boxes...), ", ")))
		}
	}
	if len(names) > 0 {
		f = Finding{false, fmt.Sprintf("agents of one name have other keys on other boxes: %s", strings.Join(names, "; ")), "if that is not one person, give each a name of their own; else let the same key in on each box"}
	}
	return f, err
}
