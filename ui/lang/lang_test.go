package lang

import (
	"strings"
	"testing"
	"time"
)

func TestGuess(t *testing.T) {
	for text, want := range map[string]string{
		"Hello! Where is my order, please?":               "en",
		"Hallo, wann ist meine Bestellung fertig? Danke":  "de",
		"Bonjour, je voudrais savoir où est ma commande":  "fr",
		"Hola, ¿dónde está mi pedido?":                    "es",
		"Buongiorno, dove sono i miei ordini? grazie":     "it",
		"Olá, onde está o meu pedido? Obrigado":           "pt",
		"Dzień dobry, kiedy będzie moja paczka? Dziękuję": "pl",
		"Merhaba, siparişim ne zaman gelir? Teşekkürler":  "tr",
		"Hallo, wanneer krijg ik het? Bedankt":            "nl",
		"Здравствуйте, где мой заказ?":                    "ru",
		"Добрий день, коли буде моє замовлення? Дякую":    "uk",
		"你好，我的订单在哪里":                                      "zh",
		"注文はどこですか":                                        "ja",
		"주문이 어디 있나요":                                      "ko",
		"أين طلبي":                                        "ar",
		"Πού είναι η παραγγελία μου":                      "el",
		"ok": "", "12345": "", "": "", "😀": "", "Xyzzy plugh": "",
	} {
		if got := Guess(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A long text costs no more than a short one takes in letters.
func TestGuessOfALongText(t *testing.T) {
	done := make(chan string)
	go func() { done <- Guess(strings.Repeat("Where is my order? ", 1000)) }()
	select {
	case got := <-done:
		if got != "en" {
			t.Error(got)
		}
	case <-time.After(time.Minute):
		t.Fatal("it does not end")
	}
}
