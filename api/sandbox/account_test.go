package sandbox

import (
	"reflect"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"unibox/api/sandbox/kit"
)

func TestConfigHasTheAccounts(t *testing.T) {
	accounts := New(kit.Options{}).Accounts("http://127.0.0.1:4010/")
	if accounts[0].BaseURL != "http://127.0.0.1:4010/p1" || accounts[0].Pace != 40 {
		t.Fatalf("accounts %+v", accounts)
	}
	accounts = append(accounts, kit.Account{Name: `a "b" \c`, Platform: "pact", Pace: 0.5})
	var read struct {
		Account []struct {
			Name, Platform, Token, Company string
			BaseURL                        string `toml:"base_url"`
			Pace                           float64
		}
	}
	if err := toml.Unmarshal([]byte(kit.Config(accounts)), &read); err != nil {
		t.Fatal(err)
	}
	for i, a := range accounts {
		got := read.Account[i]
		if (kit.Account{Name: got.Name, Platform: got.Platform, BaseURL: got.BaseURL, Token: got.Token, Company: got.Company, Pace: got.Pace}) != a {
			t.Errorf("read %+v, want %+v", got, a)
		}
	}
	if again := New(kit.Options{}).Accounts("http://127.0.0.1:4010"); !reflect.DeepEqual(again[0], accounts[0]) {
		t.Error("two servers have different accounts")
	}
}
