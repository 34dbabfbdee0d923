package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"unibox/api"
)

// What the practice does to the platforms, it does to those that the demo serves: a customer
// writes, a file is refused, a message is lost before it arrives, and all is well again.
func TestPracticeReachesTheSandbox(t *testing.T) {
	w := world{seed: 1, conversations: 60, messages: 100}
	w.practise()
	server := w.server()
	web := httptest.NewServer(server)
	defer web.Close()
	o, done, err := practise(server, web.URL)
	if err != nil || len(o.Fails) == 0 {
		t.Fatal(err, o.Fails)
	}
	if info, err := os.Stat(o.File); err != nil || info.Mode().Perm()&0o044 == 0 {
		t.Errorf("the file is asked about when it is attached: %v, %v", info, err)
	}
	id := api.ConversationID{Account: o.Fails[0], Remote: "1540001"}
	account := server.Accounts(web.URL)[0]
	post := func(path string) (int, error) {
		req, _ := http.NewRequest(http.MethodPost, account.BaseURL+"/companies/"+account.Company+"/conversations/"+id.Remote+path, strings.NewReader("message=hello"))
		req.Header.Set("X-Private-Api-Token", account.Token)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err
		}
		return res.StatusCode, nil
	}
	if err := o.World.RefuseFile(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if status, err := post("/messages/attachments"); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a file: %d, %v", status, err)
	}
	if err := o.World.LoseAnswer(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if status, err := post("/messages"); err == nil {
		t.Errorf("a message that is to be lost: %d", status)
	}
	if err := o.World.LoseAnswer(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := o.World.Heal(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, err := post("/messages"); err != nil {
		t.Errorf("after all is well again: %d, %v", status, err)
	}
	if err := o.World.Write(t.Context(), api.ConversationID{Account: id.Account, Remote: "none"}, "hello"); err == nil || !strings.Contains(err.Error(), "refuse inbound") {
		t.Errorf("nobody writes: %v", err)
	}
	done()
	if _, err := os.Stat(o.File); err == nil {
		t.Error("the file is still there")
	}
}
