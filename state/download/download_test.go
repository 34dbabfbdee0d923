package download

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/state"
)

const account = "Bakery"

// fixture is a folder of downloads and the account's own server.
type fixture struct {
	*testing.T
	*Downloads
	dir, origin string
}

// newFixture serves the sandbox as the account's own server.
func newFixture(t *testing.T, change func(*Options)) fixture {
	t.Helper()
	return newFixtureOn(t, sandbox.New(sandbox.Options{Quiet: true}), change)
}

func newFixtureOn(t *testing.T, own http.Handler, change func(*Options)) fixture {
	t.Helper()
	web := httptest.NewServer(own)
	t.Cleanup(web.Close)
	dir := filepath.Join(t.TempDir(), "a", "Downloads")
	o := Options{Dir: dir, Max: 1 << 20, Servers: map[api.AccountID]string{account: web.URL + "/p1"}, IdleTimeout: time.Minute}
	if change != nil {
		change(&o)
	}
	return fixture{t, New(o), dir, web.URL}
}

// attachment is a file at an address, on the own server for a path.
func (d fixture) attachment(name, address string) api.Attachment {
	if strings.HasPrefix(address, "/") {
		address = d.origin + address
	}
	return api.Attachment{Name: name, URL: address}
}

func idOf(name string) state.FileID {
	return state.FileID{Message: api.MessageID{Account: account, Remote: "1"}, File: name}
}

func (d fixture) save(name, address string) (state.Transfer, error) {
	return d.Save(d.Context(), idOf(name), d.attachment(name, address))
}

// saved saves a file that has to come.
func (d fixture) saved(name, address string) state.Transfer {
	d.Helper()
	got, err := d.save(name, address)
	if err != nil {
		d.Fatalf("%s: %v", name, err)
	}
	return got
}

// refused checks that a file does not come, and why, and that nothing is left.
func (d fixture) refused(name, address, why string) {
	d.Helper()
	got, err := d.save(name, address)
	if err == nil || !strings.Contains(err.Error(), why) {
		d.Errorf("%s from %s: %v, want %q", name, address, err, why)
	}
	if got.Status != state.TransferFailed || got.Why != err.Error() || d.Transfer(idOf(name)) != got {
		d.Errorf("%s from %s is %+v", name, address, got)
	}
	if left := d.files(); len(left) > 0 {
		d.Fatalf("%s left %q", address, left)
	}
}

// files lists what is in the folder.
func (d fixture) files() []string {
	d.Helper()
	entries, err := os.ReadDir(d.dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		d.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestAFileComesWholeAndForNobodyElse(t *testing.T) {
	d := newFixture(t, nil)
	got := d.saved("photo.jpg", "/files/sample/1/photo.jpg")
	if got.Status != state.TransferSaved || got.Path != filepath.Join(d.dir, "photo.jpg") || got.Odd != "" || got.Got != got.Total {
		t.Errorf("it is %+v", got)
	}
	resp, err := http.Get(d.origin + "/files/sample/1/photo.jpg")
	if err != nil {
		t.Fatal(err)
	}
	want, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if have, err := os.ReadFile(got.Path); err != nil || !bytes.Equal(have, want) {
		t.Errorf("%d bytes of %d came, %v", len(have), len(want), err)
	}
	for path, mode := range map[string]os.FileMode{got.Path: 0o600, d.dir: 0o700 | os.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != mode {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), mode)
		}
	}
	if left := d.files(); len(left) != 1 {
		t.Errorf("the folder has %q", left)
	}
}

func TestNothingIsReplaced(t *testing.T) {
	d := newFixture(t, nil)
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.dir, "photo.jpg"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(d.dir, "photo (2).jpg")); err != nil {
		t.Fatal(err)
	}
	if got := d.saved("photo.jpg", "/files/sample/1/photo.jpg"); got.Path != filepath.Join(d.dir, "photo (3).jpg") {
		t.Errorf("saved as %s", got.Path)
	}
	if was, _ := os.ReadFile(filepath.Join(d.dir, "photo.jpg")); string(was) != "mine" {
		t.Error("a file was replaced")
	}
	if _, err := os.Lstat(outside); err == nil {
		t.Error("a link was followed")
	}
}

func TestManyOfOneNameAtOnceEachHaveTheirOwn(t *testing.T) {
	d := newFixture(t, nil)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if _, err := d.Save(t.Context(), idOf(string(rune('a'+i))), d.attachment("photo.jpg", "/files/sample/1/photo.jpg")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := d.files(); len(got) != 20 {
		t.Errorf("%d files: %q", len(got), got)
	}
}

func TestWithoutHardLinksNothingIsReplacedEither(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	for _, path := range []string{from, to} {
		if err := os.WriteFile(path, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := renameNew(from, to); !errors.Is(err, os.ErrExist) {
		t.Errorf("renamed over a file: %v", err)
	}
	if err := renameNew(from, to+"2"); err != nil {
		t.Error(err)
	}
	if got, _ := os.ReadFile(to + "2"); string(got) != from {
		t.Errorf("the new name holds %q", got)
	}
}

func TestTrapsLeaveNothing(t *testing.T) {
	d := newFixture(t, func(o *Options) { o.IdleTimeout = time.Minute })
	for kind, why := range map[string]string{
		"short":    "the connection broke after 400 B of 1 KB; try again",
		"endless":  "it is larger than 1.05 MB; max in [files]",
		"gone":     "its server answered 410 Gone",
		"local":    "leads to this machine or into a private network (127.0.0.1:9)",
		"metadata": "leads to this machine or into a private network (169.254.169.254:443)",
		"disk":     `its address begins with "file:"`,
		"round":    "more than 5 redirects",
	} {
		d.refused("x-"+kind, "/files/trap/"+kind+"/x", why)
	}
	d = newFixture(t, func(o *Options) { o.IdleTimeout = 200 * time.Millisecond })
	d.refused("x-stall", "/files/trap/stall/x", "nothing came for 200ms; try again")
}

func TestOddFilesAreSavedAndSaidToBe(t *testing.T) {
	d := newFixture(t, nil)
	for _, c := range []struct{ kind, name, saved, odd string }{
		{"named", "notes.txt", "notes.txt", ""},
		{"named", "../../.ssh/authorized_keys", "authorized_keys", ""},
		{"program", "photo.jpg", "photo.jpg", "named .jpg, is a program"},
		{"program", "photo", "photo", "a program"},
		{"program", "tool.bin", "tool.bin", "a program"},
		{"script", "-rf", "_rf", "a program"},
		{"page", "menu.jpg", "menu.jpg", "named .jpg, is text/html"},
		{"packed", "pages.txt", "pages.txt", "named .txt, is application/gzip"},
		{"long", "long.jpg", "long.jpg", "named .jpg, is text/plain"},
	} {
		got := d.saved(c.name, "/files/trap/"+c.kind+"/x")
		if filepath.Base(got.Path) != c.saved || got.Odd != c.odd || filepath.Dir(got.Path) != d.dir {
			t.Errorf("%s as %q: %+v", c.kind, c.name, got)
		}
		if info, _ := os.Stat(got.Path); info.Size() > 20_000 {
			t.Errorf("%s as %q has %d bytes", c.kind, c.name, info.Size())
		}
	}
}

func TestOnlyHttpsIsAsked(t *testing.T) {
	d := newFixture(t, nil)
	for address, why := range map[string]string{
		"http://example.org/a.jpg":   "not encrypted",
		"http://127.0.0.1:1/a.jpg":   "not encrypted",
		"file:///etc/passwd":         `begins with "file:"`,
		"file://host/etc/passwd":     `begins with "file:"`,
		"javascript:alert(1)":        `begins with "javascript:"`,
		"data:text/plain,hello":      `begins with "data:"`,
		"ftp://example.org/a.jpg":    `begins with "ftp:"`,
		"":                           "names no server",
		"https://":                   "names no server",
		"https://127.0.0.1:1/x":      "private network (127.0.0.1:1)",
		"https://localhost:1/x":      "private network",
		"https://[::1]:1/x":          "private network",
		"https://0x7f.1/x":           "",
		"https://10.0.0.1/x":         "private network (10.0.0.1:443)",
		"https://[fd00:ec2::254]/x":  "private network",
		"https://[::ffff:10.0.0.1]/": "private network",
	} {
		d.refused("x", address, why)
	}
}

func TestWhatIsNotOnTheOpenInternet(t *testing.T) {
	for _, a := range strings.Fields(`127.0.0.1 127.8.9.1 0.0.0.0 0.1.2.3 10.1.2.3 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254
		100.64.0.1 100.100.100.200 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.2.3 240.0.0.1 255.255.255.255 168.63.129.16
		:: ::1 ::7f00:1 fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd00:ec2::254 ff02::1 ::ffff:127.0.0.1 ::ffff:192.168.1.1 64:ff9b::10.0.0.1 64:ff9b::7f00:1
		64:ff9b:1::1 100::1 2001:db8::1 2001::1 2002:7f00:1:: 2002:a00:1:: 3fff::1 5f00::1`) {
		if !private(netip.MustParseAddr(a)) {
			t.Errorf("%s passes for public", a)
		}
	}
	for _, a := range strings.Fields("1.1.1.1 8.8.8.8 93.184.216.34 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450:4001::1 64:ff9b::808:808 ::ffff:8.8.8.8") {
		if private(netip.MustParseAddr(a)) {
			t.Errorf("%s passes for private", a)
		}
	}
}

// elsewhere is a server that is not the account's, on what passes here for the
// open internet. It notes what it was asked.
func (d fixture) elsewhere(serve http.HandlerFunc) (string, func() []*http.Request) {
	d.Helper()
	var mu sync.Mutex
	var asked []*http.Request
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r)
		mu.Unlock()
		serve(w, r)
	}))
	web.Config.ErrorLog = log.New(io.Discard, "", 0) // a refused certificate is no news
	web.StartTLS()
	d.Cleanup(web.Close)
	d.roots = x509.NewCertPool()
	d.roots.AddCert(web.Certificate())
	d.barred = func(netip.Addr) bool { return false }
	return web.URL, func() []*http.Request {
		mu.Lock()
		defer mu.Unlock()
		return asked
	}
}

func picture(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("\xff\xd8\xff\xe0 a picture")) }

func TestNothingOfOursGoesElsewhere(t *testing.T) {
	var to string
	var own []*http.Request
	d := newFixtureOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own = append(own, r)
		http.Redirect(w, r, strings.Replace(to, "https://", "https://user:secret@", 1)+"/b.jpg", http.StatusFound)
	}), nil)
	to, asked := d.elsewhere(picture)
	d.saved("a.jpg", strings.Replace(d.origin, "http://", "http://user:secret@", 1)+"/a.jpg?sig=1")
	d.saved("b.jpg", strings.Replace(to, "https://", "https://user:secret@", 1)+"/b.jpg")
	for _, r := range append(own, asked()...) {
		for name := range r.Header {
			if name != "User-Agent" && name != "Accept-Encoding" && name != "Connection" {
				t.Errorf("%s was sent %s: %q", r.Host, name, r.Header[name])
			}
		}
	}
	if len(own) != 1 || len(asked()) != 2 {
		t.Errorf("asked %d times here and %d there", len(own), len(asked()))
	}
}

func TestNoWayBackFromEncryption(t *testing.T) {
	d := newFixture(t, nil)
	for _, back := range []string{d.origin, "http://example.org"} {
		from, _ := d.elsewhere(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, back+"/files/sample/1/photo.jpg", http.StatusFound)
		})
		d.refused("x", from+"/x", "leads from https to an address without encryption")
	}
}

func TestTheNameIsLookedUpWhenItIsDialled(t *testing.T) {
	d := newFixture(t, nil)
	address, asked := d.elsewhere(picture)
	dialled := 0
	d.barred = func(a netip.Addr) bool { dialled++; return private(a) }
	d.refused("x", strings.Replace(address, "127.0.0.1", "localhost", 1)+"/x", "private network")
	if dialled == 0 || len(asked()) > 0 {
		t.Errorf("dialled %d times, asked %d", dialled, len(asked()))
	}
}

func TestACertificateOfSomebodyElseIsRefused(t *testing.T) {
	d := newFixture(t, nil)
	address, _ := d.elsewhere(picture)
	d.roots = x509.NewCertPool()
	d.refused("x", address+"/x", "an authority that this machine does not trust; SSL_CERT_FILE")
}

func TestTheProxyOfTheEnvironmentIsNotAsked(t *testing.T) {
	asked := false
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer proxy.Close()
	t.Setenv("HTTPS_PROXY", proxy.URL)
	t.Setenv("HTTP_PROXY", proxy.URL)
	d := newFixture(t, nil)
	d.refused("x", "https://files.example.invalid/x", "the name of its server, files.example.invalid, is not known")
	if asked {
		t.Error("the proxy was asked")
	}
}

func TestTheAnnouncedSizeIsNotTrusted(t *testing.T) {
	d := newFixtureOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "99999999999")
	}), nil)
	a := d.attachment("x", "/x")
	a.Size = 10
	if _, err := d.Save(t.Context(), idOf("x"), a); err == nil || !strings.Contains(err.Error(), "it is larger than") {
		t.Errorf("%v", err)
	}
}

func TestASlowLineIsNotGivenUp(t *testing.T) {
	t.Parallel()
	const patience = 2 * time.Second // much longer than a busy machine stalls
	d := newFixtureOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 20 {
			w.Write(bytes.Repeat([]byte("x"), leastProgress/4))
			http.NewResponseController(w).Flush()
			time.Sleep(patience / 16) // the line is slow: all of it takes longer than patience
		}
	}), func(o *Options) { o.IdleTimeout = patience })
	if got := d.saved("slow.txt", "/slow.txt"); got.Got != 5*leastProgress {
		t.Errorf("%d bytes", got.Got)
	}
}

// A server that drips keeps nobody waiting for ever.
func TestADripIsGivenUp(t *testing.T) {
	t.Parallel()
	d := newFixtureOn(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			w.Write([]byte("x"))
			http.NewResponseController(w).Flush()
			time.Sleep(5 * time.Millisecond)
		}
	}), func(o *Options) { o.IdleTimeout = 200 * time.Millisecond })
	d.refused("drip.txt", "/drip.txt", "almost nothing came for 200ms; try again")
}

// stalled starts a transfer that gets stuck half-way, and waits until it is.
func (d fixture) stalled(ctx context.Context) <-chan error {
	d.Helper()
	ended := make(chan error, 1)
	go func() {
		_, err := d.Save(ctx, idOf("x"), d.attachment("x.jpg", "/files/trap/stall/x"))
		ended <- err
	}()
	for deadline := time.Now().Add(time.Minute); d.Transfer(idOf("x")).Got < 1000; {
		if time.Now().After(deadline) {
			d.Fatalf("it is %+v", d.Transfer(idOf("x")))
		}
		time.Sleep(time.Millisecond)
	}
	return ended
}

func TestATransferCanBeCancelled(t *testing.T) {
	d := newFixture(t, nil)
	ended := d.stalled(t.Context())
	if got := d.Transfer(idOf("x")); got.Status != state.TransferRunning || got.Total != 100_000 || len(d.files()) != 1 {
		t.Errorf("half-way it is %+v, and the folder has %q", got, d.files())
	}
	if _, err := d.Save(t.Context(), idOf("x"), d.attachment("x.jpg", "/x")); !errors.Is(err, errUnderWay) {
		t.Errorf("a second one: %v", err)
	}
	d.Cancel(idOf("x"))
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	if got := d.Transfer(idOf("x")); got != (state.Transfer{}) || len(d.files()) > 0 {
		t.Errorf("it is %+v, and the folder has %q", got, d.files())
	}
	d.saved("x", "/files/sample/1/photo.jpg")
}

func TestTheEndOfTheProgramLeavesNothingHalf(t *testing.T) {
	d := newFixture(t, nil)
	ctx, quit := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() { gone <- d.Downloads.Run(ctx) }()
	ended := d.stalled(context.Background())
	quit()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	if left := d.files(); len(left) > 0 {
		t.Errorf("left %q", left)
	}
	<-ended
	if _, err := d.save("y", "/files/sample/1/photo.jpg"); !errors.Is(err, context.Canceled) || len(d.files()) > 0 {
		t.Errorf("after the end: %v", err)
	}
}

func TestWhatWasLeftHalfIsRemovedAtTheNextStart(t *testing.T) {
	d := newFixture(t, nil)
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".unibox-1.part", "mine.part", ".unibox-notes"} {
		if err := os.WriteFile(filepath.Join(d.dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ended := d.stalled(t.Context())
	other := New(Options{Dir: d.dir, Max: 1})
	other.sweep()
	if left := strings.Join(d.files(), " "); strings.Contains(left, ".unibox-1.part") || len(d.files()) != 3 {
		t.Errorf("the folder has %q", left)
	}
	d.Cancel(idOf("x"))
	<-ended
}

func TestAFolderThatCannotBeWrittenIsSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := newFixture(t, func(o *Options) { o.Dir = filepath.Join(file, "folder") })
	if _, err := d.save("x", "/files/sample/1/photo.jpg"); err == nil || !strings.Contains(err.Error(), "cannot be written (not a directory); folder in [files]") {
		t.Errorf("%v", err)
	}
}

func TestAFullDiskIsSaid(t *testing.T) {
	d := newFixture(t, nil)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here: ", err)
	}
	defer full.Close()
	err = d.fetch(t.Context(), originOf(d.origin), d.origin+"/files/sample/1/photo.jpg", full, 1<<20, func(int64, int64) {})
	if why := d.why(err); why != "there is no room left in "+d.dir {
		t.Errorf("it says %q for %v", why, err)
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	d := newFixture(t, func(o *Options) { o.Servers[account] = "http://" + listener.Addr().String() })
	d.refused("x", "http://"+listener.Addr().String()+"/x", "its server could not be reached; try again")
}
