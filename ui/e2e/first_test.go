//go:build unix

package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var writeFirst = flag.Bool("first", false, "write ui/cli/FIRST.md anew")

// guide is a newcomer who follows a page, which is written while they do.
type guide struct {
	*served
	home string
	page strings.Builder
	// in is the program that they look at.
	in window
}

// says is what the page tells the newcomer.
func (g *guide) says(text string) { fmt.Fprintf(&g.page, "%s\n\n", text) }

// program is the command of a line that begins with unibox.
func (g *guide) program(line string) *exec.Cmd {
	line = strings.ReplaceAll(line, usualAddress, g.origin)
	words := regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1)[1:]
	for i := range words {
		words[i] = strings.Trim(words[i], `"`)
	}
	return command(g.t, g.home, words...)
}

// runs is a command without a screen. What it prints is on the page.
func (g *guide) runs(line string) {
	g.t.Helper()
	cmd := g.program(line)
	out, err := cmd.CombinedOutput()
	if err != nil {
		g.t.Fatalf("%s: %v\n%s", line, err, out)
	}
	fmt.Fprintf(&g.page, "```\n$ %s\n%s```\n\n", line, g.usual(string(out)))
}

// usualAddress is where the sandbox is on the page, as long as where it is for the test.
const usualAddress = "http://127.0.0.1:40100"

// usual is a text with what is otherwise each time as it is on the page.
func (g *guide) usual(text string) string {
	return strings.NewReplacer(g.origin, usualAddress, g.home, "/home/you").Replace(text)
}

// opens starts a command in a terminal, which then shows something.
func (g *guide) opens(line string, shows ...string) {
	g.t.Helper()
	g.in = open(g.t, g.program(line), 120, 40)
	g.in.wait(shows...)
	fmt.Fprintf(&g.page, "```\n$ %s\n```\n\n| you | and then |\n|---|---|\n| wait | %s |\n", line, g.shown(shows))
}

// types answers a question of a command, and presses enter.
func (g *guide) types(answer string, shows ...string) {
	g.then("type `"+answer+"`", []string{answer, "enter"}, shows)
}

// writes is text without enter.
func (g *guide) writes(text string, shows ...string) {
	g.then("write `"+text+"`", []string{text}, shows)
}

// presses is a key.
func (g *guide) presses(key string, shows ...string) { g.then("press `"+key+"`", []string{key}, shows) }

// then does something, and waits for what only that can have brought.
func (g *guide) then(does string, keys, shows []string) {
	g.t.Helper()
	if showsAll(g.in.Text(), shows) {
		g.t.Fatalf("%q is on the screen before %q", shows, keys)
	}
	g.in.press(keys...)
	g.in.until(strings.Join(shows, " and "), func(screen string) bool { return showsAll(screen, shows) })
	fmt.Fprintf(&g.page, "| %s | %s |\n", does, g.shown(shows))
}

// showsAll reports whether a screen shows all of that. What was delivered may have been read by now.
func showsAll(screen string, shows []string) bool {
	return !slices.ContainsFunc(shows, func(s string) bool {
		return !strings.Contains(screen, s) && !strings.Contains(screen, strings.Replace(s, "delivered", "read", 1))
	})
}

// leaves ends the program by a key.
func (g *guide) leaves(key string) {
	g.t.Helper()
	g.in.press(key)
	g.in.ended(0)
	fmt.Fprintf(&g.page, "| press `%s` | you are back in the shell |\n\n", key)
}

// ends waits for the end of a command that ends by itself.
func (g *guide) ends() {
	g.t.Helper()
	g.in.ended(0)
	g.page.WriteString("\n")
}

// blanks are those between the columns of a screen.
var blanks = regexp.MustCompile(` {2,}`)

func (g *guide) shown(shows []string) string {
	for i, s := range shows {
		shows[i] = "`" + strings.TrimSpace(blanks.ReplaceAllString(g.usual(s), " … ")) + "`"
	}
	return strings.Join(shows, ", ")
}

// customerWrites has a customer write something.
func (g *guide) customerWrites(remote, text string) {
	g.t.Helper()
	g.control("POST", "inbound", map[string]any{"platform": "pact", "conversation": remote, "text": text}, nil)
	fmt.Fprintf(&g.page, "```\n$ curl %s/control/inbound -d '{\"platform\": \"pact\", \"conversation\": %q, \"text\": %q}'\n```\n\n", usualAddress, remote, text)
}

// What ui/cli/FIRST.md tells a newcomer is what happens: each command is run, each key pressed.
func TestTheFirstTenMinutes(t *testing.T) {
	t.Parallel()
	const sandbox = "--conversations 40 --messages 20"
	g := &guide{served: sandboxed(t, strings.Fields(sandbox)...), home: t.TempDir()}
	g.says("# The first ten minutes\n\nEverything here was typed by a test into the program, in a terminal of 120x40, and is what came (`TestTheFirstTenMinutes` in `ui/e2e`;\n`go test ./ui/e2e -run FirstTen -args -first` writes the page anew).")
	g.looksAround()
	g.says("## Your account\n\nAn account is a company's access to a platform. Here a second terminal plays the platform; at a real one, leave `--base-url` out, and the\ntoken is what the platform's own settings show. One that a program prints, such as `pass`, need not stand in the config.\n\n```\n$ unibox sandbox --addr 127.0.0.1:40100 --quiet " + sandbox + "\n```")
	g.addsAnAccount()
	g.says("`unibox doctor` looks at everything at once, and says what to do about what it finds. It says more in tmux and over SSH.")
	g.opens("unibox doctor", "✓ Bakery: Bakery, 6 channels", "✓ the locale is C.UTF-8", "✓ the terminal is 120x40")
	g.ends()
	g.answersACustomer()
	g.goesOnWithoutTheScreen()
	g.says("## Further\n\n- All commands: `unibox --help`, `unibox help queue`, `man unibox`. All keys: `?` in the program, `unibox keys`.\n" +
		"- Saved replies, hours, colours, notices: `unibox config edit`, and [every key of the config](../../state/config/KEYS.md).\n" +
		"- Programs of yours that run on what happens: [hooks](../../state/hooks/README.md). Several agents on one machine: [for teams](TEAMS.md).\n" +
		"- What the marks beside a message mean, and what happens when the line breaks: [README](../../README.md#what-the-marks-mean).")
	g.compare(filepath.Join(root, "ui/cli/FIRST.md"))
}

func (g *guide) looksAround() {
	g.says("## Without an account\n\nThe demo is the whole program on invented customers. `unibox demo --practice` teaches its keys step by step.")
	g.opens("unibox demo", "WAITING · longest first", "▌", "? help")
	g.presses("?", "─ Keys ─", "Move down")
	g.writes("snooze", "search snooze", "Snooze")
	g.presses("esc", "n next waiting")
	g.leaves("q")
}

func (g *guide) addsAnAccount() {
	g.opens("unibox account add --base-url "+usualAddress+"/p1", "Which platform is it on?", "1  Pact")
	g.types("1", "Your name for this account:")
	g.types("Bakery", "The id of the company:")
	g.types("154", "Where does unibox get the token from?", "4  the config itself")
	g.types("4", "The token (not shown):")
	g.types(g.token(), "✓ Bakery: Bakery, 6 channels", `"Bakery" is in`)
	g.ends()
	g.runs("unibox account list")
	g.runs("unibox config set ui.contrast high")
	g.runs("unibox config check")
}

func (g *guide) answersACustomer() {
	g.says("## A customer is answered\n\nWith `--quiet` nobody writes to this sandbox until told to:")
	g.customerWrites("8742", "Is the rye bread ready?")
	g.opens("unibox", "WAITING · longest first", "WhatsApp")
	g.presses("/", "enter to the list")
	g.writes("ruby", "▌ Ruby Marsh", "Is the rye bread ready?")
	g.presses("enter", "r reply  e done")
	g.presses("r", "─ Reply to Ruby Marsh · Telegram ─")
	g.writes("Yes, come by any time.", "> Yes, come by any time.")
	g.presses("enter", "        Yes, come by any time.", "answered")
	g.presses("esc", "✓✓ delivered")
	g.says("\nThe mark beside the answer goes from `⋯` (on your disk) over `↑` and `◌` (the platform has it) to `✓✓`, and says `delivered` once the platform did.\nIt is never ahead of what is known. All messages that were read are searched by `S`:")
	g.again()
	g.presses("S", "─ Search all messages ─")
	g.writes("rye", "words rye", "▸ Is the rye bread ready?")
	g.presses("esc", "n next waiting")
	g.leaves("q")
}

// again begins another table about the same program.
func (g *guide) again() { g.page.WriteString("| you | and then |\n|---|---|\n") }

func (g *guide) goesOnWithoutTheScreen() {
	g.says("## The same without the screen\n\nFor scripts, `--json` prints what other programs read, and exit codes tell what became of a message: [the schema](../../state/record/README.md).\n`unibox list waiting`, `show` and `search` print what is stored, `unibox watch` fetches and prints what happens.")
	g.runs(`unibox send ruby "See you." --wait`)
	g.runs(`unibox note ruby "Comes for the rye bread."`)
	g.runs("unibox label ruby regular")
}

// compare writes the page, or compares it with what is there.
func (g *guide) compare(path string) {
	g.t.Helper()
	played := strings.TrimRight(regexp.MustCompile(`\n{3,}`).ReplaceAllString(g.page.String(), "\n\n"), "\n") + "\n"
	if *writeFirst {
		if err := os.WriteFile(path, []byte(played), 0o644); err != nil {
			g.t.Fatal(err)
		}
		return
	}
	page, err := os.ReadFile(path)
	if err != nil {
		g.t.Fatal(err)
	}
	want := strings.Split(string(page), "\n")
	for i, line := range strings.Split(played, "\n") {
		if i >= len(want) || line != want[i] {
			g.t.Fatalf("%s, line %d: what came is\n%s\n\nand all of it\n%s", path, i+1, line, played)
		}
	}
	if len(want) != strings.Count(played, "\n")+1 {
		g.t.Errorf("%s has more lines than what came", path)
	}
}
