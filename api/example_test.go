package api_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"unibox/api"
)

// shop is a client with two pages of conversations that can star, and nothing
// else. A real one would ask its platform.
type shop struct{}

func (shop) Traits() api.Traits {
	return api.Traits{Platform: "shop", Label: "Shop", Conversations: api.OrderByActivity, Rules: map[api.ChannelKind]api.ChannelRules{
		"sms": {Title: "SMS", Code: "SMS", MaxBody: 160, First: api.AddressPhone},
		"":    {MaxFiles: 1},
	}}
}

func (shop) Identify(context.Context) (api.Identity, error) { return api.Identity{Label: "Shop"}, nil }

func (shop) Conversations(_ context.Context, req api.PageRequest) (api.Page[api.Conversation], error) {
	if req.Cursor == "" {
		return api.Page[api.Conversation]{Items: []api.Conversation{{Contact: api.Contact{Name: "Maya"}}}, Next: "2"}, nil
	}
	return api.Page[api.Conversation]{Items: []api.Conversation{{Contact: api.Contact{Name: "Tom"}}}}, nil
}

func (shop) Messages(context.Context, api.ConversationID, api.PageRequest) (api.Page[api.Message], error) {
	return api.Page[api.Message]{}, nil
}

func (shop) Send(context.Context, api.Outgoing) (api.Receipt, error) {
	return api.Receipt{}, &api.Error{Kind: api.ErrUncertain, Platform: "shop", Op: "send message", Err: errors.New("connection reset")}
}

func (shop) SetStarred(_ context.Context, id api.ConversationID, on bool) (api.Conversation, error) {
	return api.Conversation{ID: id, Starred: api.Known(on)}, nil
}

// A list is read page by page, from the newest on, until a page has no next.
func ExampleProvider() {
	var client api.Provider = shop{}
	var req api.PageRequest
	for {
		page, err := client.Conversations(context.Background(), req)
		if err != nil {
			fmt.Println(api.Explain(err))
			return
		}
		for _, c := range page.Items {
			fmt.Println(c.Contact.Name)
		}
		if page.Next == "" {
			return
		}
		req.Cursor = page.Next
	}
	// Output:
	// Maya
	// Tom
}

// Abilities are gathered once. What the login may not do is left out.
func ExampleCapsOf() {
	caps := api.CapsOf(shop{}, api.Identity{})
	fmt.Println(caps, caps.Has(api.CapUpload))
	fmt.Println(api.CapsOf(shop{}, api.Identity{Deny: api.CapStar}) == 0)
	// Output:
	// starring false
	// true
}

// The row of an ability says how a change is stored, what it switches and how it
// is carried out.
func ExampleAbilityOf() {
	star, _ := api.AbilityOf(api.CapStar)
	id := api.ConversationID{Account: "shop", Remote: "7"}
	result, err := star.Execute(context.Background(), shop{}, api.ChangeRequest{Conversation: id, On: true})
	on, said := star.State(&result.Conversation).Get()
	fmt.Println(star.Name, star.Word, on, said, err)

	pin, _ := api.AbilityByWord("pin")
	_, err = pin.Execute(context.Background(), shop{}, api.ChangeRequest{Conversation: id, On: true})
	fmt.Println(pin.Name, api.KindOf(err) == api.ErrUnsupported)
	// Output:
	// starring star true true <nil>
	// pinning a conversation true
}

// What a platform did not say is unset. An answer that says less than an
// earlier one must not erase what that one said.
func ExampleOpt() {
	stored := api.Known(true)
	answer := api.Opt[bool]{} // the platform said nothing of it
	if on, said := answer.Get(); said {
		stored = api.Known(on)
	}
	fmt.Println(stored.Or(false), answer.Or(false))
	// Output: true false
}

// The kind of an error says what can be done. A lost answer to a send is
// ErrUncertain: the message may have gone out, so nobody may send it again
// unasked.
func ExampleKindOf() {
	_, err := shop{}.Send(context.Background(), api.Outgoing{Body: "Ready at six."})
	err = fmt.Errorf("outbox: %w", err)
	fmt.Println(api.KindOf(err) == api.ErrUncertain)
	fmt.Println(err)
	// Output:
	// true
	// outbox: shop: send message: connection reset
}

// People read one sentence, the log reads the error.
func ExampleExplain() {
	err := &api.Error{
		Kind: api.ErrInvalid, Platform: "shop", Op: "send message", Status: 422,
		Said: "the number is a landline", Retry: time.Second,
	}
	fmt.Println(api.Explain(err))
	fmt.Println(err)
	// Output:
	// the number is a landline (the platform refused it; change it and try again)
	// shop: send message: status 422: the number is a landline
}

// A conversation says what does not hold in it now, before a key is pressed.
func ExampleConversation_Denies() {
	c := api.Conversation{Denied: api.Known([]api.Denial{{Cap: api.CapClose, Why: "it is blocked"}})}
	fmt.Printf("%q %q\n", c.Denies(api.CapClose), c.Denies(api.CapStar))
	// Output: "it is blocked" ""
}

// A kind of channel that a client has no rules for keeps its own name, and the
// rules of the entry for "".
func ExampleTraits_Rule() {
	for _, kind := range []api.ChannelKind{"sms", "pigeon_post"} {
		r := shop{}.Traits().Rule(kind)
		fmt.Println(r.Title, r.Code, r.MaxBody, r.MaxFiles, r.First == api.AddressNone)
	}
	// Output:
	// SMS SMS 160 0 false
	// pigeon_post PIGE 0 1 true
}

// A send that started a job is not done until the job says so.
func ExampleReceipt_Final() {
	fmt.Println(api.Receipt{Job: "661", Delivery: api.DeliveryAccepted}.Final())
	fmt.Println(api.Receipt{Job: "661", Delivery: api.DeliveryDelivered}.Final())
	// Output:
	// false
	// true
}

// A write asks for its permit again just before its first byte: the process may
// have lost the right to send while the request waited.
func ExampleWithPermit() {
	ctx := api.WithPermit(context.Background(), func() error { return errors.New("another session sends now") })
	fmt.Println(api.Permitted(ctx))
	fmt.Println(api.Permitted(context.Background()))
	// Output:
	// another session sends now
	// <nil>
}
