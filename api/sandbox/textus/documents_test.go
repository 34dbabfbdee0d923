package textus

import (
	"slices"
	"strings"
	"testing"

	"unibox/api/sandbox/kit"
)

// The fields of the example in TextUs' page on the conversations of a contact.
const (
	fieldsOfConversation = `@type @context id phoneNumber formattedPhoneNumber slug currentState unanswered unsubscribed blocked account
latestPreviewableItem nextScheduledMessage requestingUserInfo participants assignedContact associatedContacts readConversation
unreadConversation starConversation unstarConversation reopenConversation closeConversation blockConversation unblockConversation
subscribeConversation unsubscribeConversation timeline stats assignments assignContact`
	fieldsOfMessage = `@type id @context direction body formattedBody deliveryState displayTimestamp timelinePosition conversation sender
attachments friendlyStateDescription retryAllowed retry latestEventAt flags source`
	fieldsOfContact = `id @type @context name firstName lastName phones notes conversations data createdAt formattedData`
	fieldsOfPhone   = `@type id @context phoneNumber formattedPhoneNumber extension type deliverabilityStatus contact`
	fieldsOfView    = `@type @context id first next previous`
)

// The example request of TextUs' page on the conversations of a contact is answered
// with every field of the example, and with its @type.
func TestExampleOfTheDocuments(t *testing.T) {
	s := start(t, kit.Options{})
	named := func(v map[string]any) bool { return v["assignedContact"] != nil && v["currentState"] == "open" }
	list := s.desk()
	v := list[slices.IndexFunc(list, named)]
	contact := v["assignedContact"].(map[string]any)["id"].(string)
	r := s.Do("GET", "/textus"+contact+"/conversations", "", "Accept: application/vnd.textus+jsonld", bearerHeader)
	r.Want(t, 200, "@type", "ConversationCollection")
	r.Want(t, 200, "@context", "/contexts/ConversationCollection.jsonld")
	r.Want(t, 200, "id", contact+"/conversations")
	has := func(what string, o any, fields string) map[string]any {
		t.Helper()
		got, _ := o.(map[string]any)
		for f := range strings.FieldsSeq(fields) {
			if _, ok := got[f]; !ok {
				t.Errorf("%s has no %s: %v", what, f, got)
			}
		}
		return got
	}
	has("the view", r.At("view"), fieldsOfView)
	one := has("the conversation", r.Items("members")[0], fieldsOfConversation)
	if one["@type"] != "ConversationWithAccount" {
		t.Errorf("it is a %v", one["@type"])
	}
	has("the account", one["account"], "@type @context id name")
	has("the view of the user", one["requestingUserInfo"], "@type @context id read readToTimelinePosition starred assigned")
	m := has("the message", one["latestPreviewableItem"], fieldsOfMessage)
	has("the attachments", m["attachments"], "@context @type id members totalItems")
	person := has("the contact", one["assignedContact"], fieldsOfContact)
	phones := has("the phones", person["phones"], "id @type @context totalItems members")
	has("a phone", phones["members"].([]any)[0], fieldsOfPhone)
}
