package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"unibox/api"
	"unibox/keymap"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/logfile"
	"unibox/state/osfile"
	"unibox/state/sqlite"
	"unibox/ui/app"
	"unibox/ui/catalog"
	"unibox/ui/cli/collect"
	"unibox/ui/text"
	"unibox/ui/theme"
)

func (p program) collectCommand() *cobra.Command {
	c := collector{program: p}
	cmd := &cobra.Command{
		Use:   "collect [FILE]",
		Short: "Write a bug report without secrets, names and texts, after it showed it",
		Long: "collect prints what helps to find a mistake in unibox, and then writes it into a file for\n" +
			"you alone: versions, the terminal and what it answers, which keys of the config are set,\n" +
			"the sizes and states of what is stored, how the accounts stand, and which errors are in\n" +
			"the log. Secrets, accounts, customers, numbers, texts and paths are not in it: nothing is\n" +
			"that is on no list of harmless words. It is sent nowhere: attach it where you report.\n" +
			"FILE is a new file, and - only prints.",
		Args: oneArg("FILE", false),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.ask = p.asker(cmd.OutOrStdout())
			return c.run(cmd.Context(), strings.Join(args, ""))
		},
	}
	c.live.flags(cmd)
	cmd.Flags().BoolVar(&c.yes, "yes", false, "do not ask")
	return cmd
}

// collector makes a bug report.
type collector struct {
	program
	live liveOptions
	ask  asker
	yes  bool
	out  bytes.Buffer
}

// run shows the report and writes it where the agent wants it.
func (c *collector) run(ctx context.Context, into string) error {
	c.report(ctx, time.Now())
	fmt.Fprint(c.ask.out, c.out.String())
	if into == "-" {
		return nil
	}
	into = cmp.Or(into, "unibox-report-"+time.Now().Format("20060102-150405")+".txt")
	if !c.yes {
		if !c.ask.present() {
			return usage(catalog.Errorf("there is no terminal to ask in; say --yes if it shall be written, or - as the file"))
		}
		yes, err := c.ask.yes(ctx, "\n"+c.ask.say.T("This is all of it. Write it to %s?", text.Mode{}.Line(into)))
		if err != nil || !yes {
			return err
		}
	}
	if err := writeNew(into, c.out.Bytes()); err != nil {
		return err
	}
	_, err := fmt.Fprintln(c.ask.out, c.ask.say.T("The report is in %s, for you alone. It was sent nowhere.", text.Mode{}.Line(into)))
	return err
}

// writeNew writes a file that was not there, for this user alone.
func writeNew(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return catalog.Errorf("%s is there already: name a new file", path)
	}
	if err != nil {
		return catalog.Errorf("the report cannot be written: %w", err)
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func (c *collector) title(name string) { fmt.Fprintf(&c.out, "\n%s\n", name) }

func (c *collector) say(format string, args ...any) {
	fmt.Fprintln(&c.out, " ", text.Mode{}.Line(fmt.Sprintf(format, args...)))
}

// report collects everything, whatever fails on the way.
func (c *collector) report(ctx context.Context, now time.Time) {
	fmt.Fprintf(&c.out, "unibox report of %s\n", now.UTC().Format("2006-01-02 15:04 MST"))
	c.title("Program")
	c.say("%v", app.ThisBuild())
	c.terminal(ctx)
	accounts := c.config()
	c.stored(ctx, accounts, now)
	c.log()
}

// terminal says what the terminal is and answers.
func (c *collector) terminal(ctx context.Context) {
	c.title("Terminal")
	for _, name := range []string{"TERM", "COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "LANG", "LC_ALL", "LC_CTYPE"} {
		c.say("%s is %s", name, collect.Environment(name, os.Getenv(name)))
	}
	for _, name := range []string{"TMUX", "STY", "SSH_CONNECTION", "NO_COLOR", "TZ", "HTTPS_PROXY", "SSL_CERT_FILE", "UNIBOX_DEBUG"} {
		if os.Getenv(name) != "" {
			c.say("%s is set", name)
		}
	}
	s := thisScreen()
	if s.present {
		c.say("%s; %s", s.size().says, s.colour().says)
	} else {
		c.say("there is no terminal here: it was not asked")
	}
	if s.present && s.drawable() {
		for _, f := range examineWidths(os.Stdin, os.Stdout) {
			c.say("%s", f.says)
		}
	}
	if os.Getenv("TMUX") != "" {
		if version, err := tmux(ctx, "-V"); err == nil {
			c.say("tmux is %s", collect.Environment("VERSION", strings.TrimPrefix(version, "tmux ")))
		}
	}
}

// config says which keys of the config are set, and returns its accounts.
func (c *collector) config() []config.Account {
	c.title("Config")
	edit, err := config.Open(c.live.config)
	whole, _ := edit.Text()
	if err == nil && whole == nil {
		err = fs.ErrNotExist
	}
	if err != nil {
		c.say("it cannot be read: %s", cmp.Or(collect.Phrases(err.Error()), "for another reason"))
		return nil
	}
	may := func(section, key string, value any) bool {
		return config.Harmless(c.platforms.Config(), section, key, value)
	}
	for _, line := range collect.Config(whole, harmless(c.platforms.Config()), may) {
		c.say("%s", line)
	}
	known, problems, _ := config.Load(c.live.config, c.platforms.Config())
	for _, p := range problems {
		c.say("line %d has a mistake", p.Line)
	}
	return known.Accounts
}

// harmless are the keys of a config that no user made up.
func harmless(platforms []config.Platform) map[string]bool {
	all := map[string]bool{}
	for _, name := range config.Names(platforms) {
		all[name] = true
	}
	keys, _ := keymap.New(nil)
	for _, s := range keys.All() {
		all[string(s.Action)] = true
		for _, scope := range s.Scopes {
			all[string(scope)+"/"+string(s.Action)] = true
		}
	}
	for _, role := range theme.Roles() {
		all[role] = true
	}
	for _, kind := range []string{"whatsapp", "whatsapp_business", "instagram", "telegram", "viber", "vkontakte", "facebook", "max", "sms", "protocol"} {
		all[kind] = true
	}
	return all
}

var (
	ownFile = compiled(`^(state(-[0-9]+)?\.db|cache\.db|push\.db)(-wal|-shm)?$|^(ballast|waiting|unibox\.log(\.old)?|activity-[0-9]{4}-[0-9]{2}\.jsonl)$`)
	views   = []state.View{state.ViewAll, state.ViewWaiting, state.ViewUnread, state.ViewSnoozed, state.ViewDrafts, state.ViewOutbox}
)

// stored says what is in the state folder.
func (c *collector) stored(ctx context.Context, accounts []config.Account, now time.Time) {
	c.title("State")
	entries, err := os.ReadDir(c.live.state)
	if err != nil {
		c.say("it cannot be read: %s", cmp.Or(collect.Phrases(err.Error()), "for another reason"))
		return
	}
	others := 0
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || e.IsDir() || !ownFile().MatchString(e.Name()) {
			others++
			continue
		}
		c.say("%s %s, mode %04o, of %s", e.Name(), cmp.Or(text.Size(nil, info.Size()), "0 B"), info.Mode().Perm(), info.ModTime().UTC().Format("2006-01-02 15:04"))
	}
	c.say("%d others", others)
	if free, _, err := osfile.Free(c.live.state); err == nil {
		c.say("%s free on its disk", cmp.Or(text.Size(nil, free), "nothing"))
	} else {
		c.say("the free room is not known")
	}
	damagedCache, err := sqlite.CheckFolder(ctx, c.live.state)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.say("nothing is stored yet")
		return
	case err != nil:
		c.say("the store is not right: %s", cmp.Or(collect.Phrases(err.Error()), "for another reason"))
		return
	case damagedCache:
		c.say("the cache is damaged")
		return
	}
	err = withStore(ctx, c.live.state, func(ctx context.Context, db *sqlite.DB) error { return c.counts(ctx, db, accounts, now) })
	if err != nil {
		c.say("the store cannot be read: %s", cmp.Or(collect.Phrases(err.Error()), "for another reason"))
	}
}

var (
	healthWords = map[state.HealthState]string{state.HealthStarting: "starting", state.HealthLive: "live", state.HealthRetrying: "retrying", state.HealthStopped: "stopped"}
	statusWords = map[state.Status]string{state.Queued: "queued", state.Uploading: "uploading", state.InFlight: "in flight", state.Accepted: "accepted", state.Failed: "failed", state.Uncertain: "uncertain", state.Held: "held"}
)

// counts says how much there is, and how the accounts stand, by their number.
func (c *collector) counts(ctx context.Context, db *sqlite.DB, accounts []config.Account, now time.Time) error {
	for _, v := range views {
		list, err := db.List(ctx, state.ListQuery{View: v, Limit: 1})
		if err != nil {
			return err
		}
		c.say("%s: %d", v, list.Total)
	}
	unsent, err := db.Unsent(ctx)
	if err != nil {
		return err
	}
	for i, o := range unsent {
		if i == 20 {
			c.say("%d more that are not out", len(unsent)-i)
			break
		}
		c.say("not out: %s, for %s: %s", cmp.Or(statusWords[o.Status], "another status"), text.Age(nil, now.Sub(o.Submitted)), cmp.Or(collect.Phrases(o.Reason), "no reason that could be said"))
	}
	c.title("Accounts")
	health, err := db.Health(ctx)
	for i, h := range health {
		c.say("account %d, %s: %s, answered %s, %d of %d read, whole: %v", i+1, platformOf(h.Account, accounts), cmp.Or(healthWords[h.State], "another state"), ago(h.LastOK, now), h.Known, h.Of(), h.Complete())
		if h.Reason != "" || h.Unended != "" {
			c.say("  because of: %s", cmp.Or(collect.Phrases(h.Reason+" "+h.Unended), "a reason that is left out"))
		}
	}
	return err
}

func ago(at, now time.Time) string {
	if at.IsZero() {
		return "never"
	}
	since := max(0, now.Sub(at))
	if since < time.Minute {
		return strconv.Itoa(int(since.Seconds())) + "s ago"
	}
	return text.Age(nil, since) + " ago"
}

// platformOf is the platform that an account is on, which is one that the program has.
func platformOf(id api.AccountID, accounts []config.Account) string {
	for _, a := range accounts {
		if a.Name == string(id) {
			if api := a.Keys["api"]; api == "p1" || api == "p2" {
				return a.Platform + " " + api
			}
			return a.Platform
		}
	}
	return "not in the config"
}

// mostLog is how much of the end of each log is read, in bytes.
const mostLog = 4 << 20

// log says which warnings and errors the log has.
func (c *collector) log() {
	c.title("Log")
	paths := logfile.Paths(c.live.state)
	var logs []io.Reader
	for i := len(paths) - 1; i >= 0; i-- { // the older one first
		f, err := os.Open(filepath.Clean(paths[i]))
		if err != nil {
			continue
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil {
			_, _ = f.Seek(max(0, info.Size()-mostLog), io.SeekStart)
		}
		logs = append(logs, f)
	}
	lines := collect.Log(io.MultiReader(logs...))
	for _, line := range lines {
		c.say("%s", line)
	}
	if len(lines) == 0 {
		c.say("no warning and no error")
	}
}

// compiled compiles a pattern when it is first asked for: a start has other things to do.
func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}
