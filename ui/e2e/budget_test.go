//go:build unix

package e2e

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"unibox/state/storetest"
)

// Budgets in bytes, which do not depend on the machine. Those in time are benchmarks.
const (
	typedBudget = 16 // a typed character, wide rows on the screen
	idleBudget  = 0
	// madeBudget is what packages make before main, which each start waits for.
	madeBudget = 600_000
)

// made is a line of GODEBUG=inittrace=1 about a package.
var made = regexp.MustCompile(`(?m)^init (\S+) @.* (\d+) bytes, `)

func TestLittleIsMadeBeforeMain(t *testing.T) {
	t.Parallel()
	cmd := command(t, t.TempDir(), "version")
	cmd.Env = append(cmd.Env, "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	packages, sum := made.FindAllSubmatch(out, -1), 0
	for _, p := range packages {
		n, _ := strconv.Atoi(string(p[2]))
		if sum += n; n > madeBudget/10 {
			t.Errorf("%s makes %d bytes before main: make them when they are first asked for", p[1], n)
		}
	}
	if sum > madeBudget || len(packages) < 10 {
		t.Errorf("%d packages make %d bytes before main, at most %d are expected", len(packages), sum, madeBudget)
	}
}

// uncalled is a method that nothing calls, of a type that is used. It is in the binary only if
// every method is: where package text/template runs, or a name that the linker does not know
// is given to [reflect.Value.MethodByName]. That makes the binary, and the memory of each
// start, larger by a tenth.
const uncalled = "math/big.(*Int).Binomial"

func TestMethodsThatNothingCallsAreLeftOut(t *testing.T) {
	t.Parallel()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(program, []byte("math/big.(*Int).Sub")) {
		t.Fatal("the binary has no names of methods")
	}
	for _, method := range []string{uncalled, "text/template.(*state).evalField"} {
		if bytes.Contains(program, []byte(method)) {
			t.Errorf("%s is in the binary: go build -ldflags=-dumpdep says ReflectMethod of what keeps it", method)
		}
	}
}

func TestBytesStayWithinTheirBudgets(t *testing.T) {
	t.Parallel()
	home := sampleHome(t, storetest.Sample{Conversations: 150, Messages: 1_500, Seed: 1}, t.TempDir(), "")
	p := run(t, home)
	p.ready()
	if n := p.leastIdle(); n > idleBudget {
		t.Errorf("%d bytes in a second in which nothing happens, at most %d are expected", n, idleBudget)
	}
	p.listAll()
	p.press("r")
	p.wait(seenComposer)
	p.Settle(rest)
	if !wide(p.Text()) {
		t.Fatal("no wide characters are on the screen")
	}
	if n := p.middle(20, "w"); n > typedBudget {
		t.Errorf("%d bytes for a typed character, at most %d are expected", n, typedBudget)
	}
}

// leastIdle is how many bytes come in a second without a key, the least of three: in
// one of them an hour may begin, or a request may fail.
func (p program) leastIdle() int {
	least := 1 << 30
	for i := 0; i < 3 && least > 0; i++ {
		before := p.Traffic().Bytes
		time.Sleep(time.Second)
		least = min(least, p.Traffic().Bytes-before)
	}
	return least
}

// middle is how many bytes a key costs until its frame has settled, in the middle of n
// presses: some are longer, as on a machine that is so slow that the mark of a draft
// comes between two keys.
func (p program) middle(n int, key string) int {
	all := make([]int, n)
	for i := range all {
		all[i] = p.measure(quiet, func() { p.press(key) }).bytes
	}
	slices.Sort(all)
	return all[n/2]
}
