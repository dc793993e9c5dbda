import MailMessage
import Testing

private func text(_ html: [UInt8], limit: Int = .max) -> [UInt8] {
    HTMLText.text(of: html.span, limit: limit)
}

private func text(_ html: String, limit: Int = .max) -> String { text([UInt8](html), limit: limit).text }

@Suite("The text of HTML")
struct HTMLTextTests {
    @Test(
        "is what stands between tags",
        arguments: [
            ("", ""),
            ("plain", "plain"),
            ("<html><body>This is HTML</body></html>", "This is HTML"),
            ("a<b>b</b>c", "abc"),
            ("<a href=\"x>y\">link</a>", "link"),
            ("<a href='x>y' title=\"'>\">link</a>", "link"),
            ("<a href=x\"y>link</a>\"", "link\""),
            ("<a\n href = \"x>y\"\n>link</a\n>", "link"),
            ("<a b=\"c\"d=\"e>\">f", "f"),
            ("<a =\"b\">c", "c"),
            ("<IMG SRC=x>After", "After"),
            ("a</>b</ x>c", "abc"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("a <3 b", "a <3 b"),
            ("a<", "a<"),
            ("a<b", "a"),
            ("a<b title=\"open>c</b>", "a"),
            ("<!DOCTYPE html>a<?xml version=\"1.0\"?>b", "ab"),
            ("<o:p>x</o:p>", "x"),
        ])
    func tags(_ html: String, _ expected: String) {
        #expect(text(html) == expected)
    }

    @Test(
        "has no comments",
        arguments: [
            ("a<!-- b -->c", "ac"),
            ("a<!-- b > -- > c -->d", "ad"),
            ("a<!-->b", "ab"),
            ("a<!--->b", "ab"),
            ("a<!---->b", "ab"),
            ("a<!-- x --!>b", "ab"),
            ("a<!-- x ---->b", "ab"),
            ("V<!-- x -->iagra", "Viagra"),
            ("a<!-- open <p>b", "a"),
            ("a<!- b -->c", "ac"),
            ("a<!>b", "ab"),
            ("a<![if gte mso 9]>b<![endif]>c", "abc"),
        ])
    func comments(_ html: String, _ expected: String) {
        #expect(text(html) == expected)
    }

    @Test(
        "has nothing that is never shown",
        arguments: [
            ("<head><title>T</title><style>p { a: b }</style><meta a=b></head><body>x</body>", "x"),
            ("<title>T <b>b</b></title>x", "x"),
            ("a<script>if (a < b) { \"</p>\" }</script>b", "ab"),
            ("a<SCRIPT type=x>y</Script >b", "ab"),
            ("a<script>y</scripts></script/>b", "ab"),
            ("a<script>y</script x=\">\">b", "ab"),
            ("a<script>y", "a"),
            ("a<script>y</scrip", "a"),
            ("a<script>y</script", "a"),
            ("a<style>b</style>c<style>d</style>e", "ace"),
            ("a<script src=x />b", "ab"),
            ("a<script src=x/>b</script>c", "ac"),
            ("a</script>b", "ab"),
            ("a<iframe><p>b</p></iframe>c<noframes>d</noframes>e", "ace"),
            ("<head>stray</head>x", "stray\nx"),
            ("<scripts>a</scripts>", "a"),
        ])
    func hidden(_ html: String, _ expected: String) {
        #expect(text(html) == expected)
    }

    @Test(
        "has lines where blocks begin and end",
        arguments: [
            ("<p>a</p><p>b</p>", "a\nb"),
            ("a<div>b</div>c", "a\nb\nc"),
            ("a<br>b<br/>c<BR />d", "a\nb\nc\nd"),
            ("a<br><br>b", "a\n\nb"),
            ("a<br></p><p>b", "a\nb"),
            ("<p><p><br><div>a</div></p><br>", "a"),
            ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
            ("<h1>a</h1>b<hr>c", "a\nb\nc"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><th>c<th>d</table>", "a b\nc d"),
            ("a <b> b </b> c", "a b c"),
            ("a <p> b", "a\nb"),
            ("a\r\n  b\tc\u{C}d", "a b c d"),
            ("  a  ", "a"),
            ("a&nbsp;\u{A0}&#160; b", "a b"),
            ("<p>&nbsp;</p><p>a</p>", "a"),
            ("a\u{E0}b", "a\u{E0}b"),
        ])
    func lines(_ html: String, _ expected: String) {
        #expect(text(html) == expected)
    }

    @Test(
        "keeps its white space within pre",
        arguments: [
            ("x<pre>a  b\n\tc\n\n d</pre>  e  f", "x\na  b\n\tc\n\n d\ne f"),
            ("<pre>a\r\nb</pre>", "a\nb"),
            ("<pre>a<pre>b  c</pre>d  e</pre>f  g", "a\nb  c\nd  e\nf g"),
            ("</pre></pre>a  b", "a b"),
            ("<pre/>a  b", "a b"),
            ("<textarea>a  b</textarea>", "a  b"),
        ])
    func preformatted(_ html: String, _ expected: String) {
        #expect(text(html) == expected)
    }

    @Test(
        "has references resolved",
        arguments: [
            ("&lt;p&gt; &amp; &quot;x&quot; &apos;", "<p> & \"x\" '"),
            ("caf&eacute; &euro;5 &hellip; &thetasym;&zwnj;", "café €5 … ϑ\u{200C}"),
            ("&Eacute;&EACUTE;&Dagger;&dagger;", "É&EACUTE;‡†"),
            ("&AElig;&yuml;&zwj;", "Æÿ\u{200D}"),
            ("a &lt b &copy 2020&eacute", "a < b © 2020é"),
            ("?a=1&euro=2&b=3&ltx", "?a=1&euro=2&b=3&ltx"),
            ("&#233;&#xE9;&#XE9;&#233 x&#xE9", "éééé xé"),
            ("&#128;&#x99;&#x81;", "€™\u{FFFD}"),
            ("&#0;&#xD800;&#x110000;&#99999999999999999999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("&#x1F600;", "😀"),
            ("&#; &#x; &#xg; & &; && &x", "&#; &#x; &#xg; & &; && &x"),
            ("a&#10;b&#32;&#9;c", "a b c"),
            ("&#60;p&#62;", "<p>"),
            ("&amp;lt;", "&lt;"),
            ("&abcdefgh; &abcdefghi;", "&abcdefgh; &abcdefghi;"),
            ("<p title=\"&quot;>\">x", "x"),
        ])
    func references(_ html: String, _ expected: String) {
        #expect(text(html) == expected)
    }

    @Test("is limited, and no character is cut", arguments: 0...12)
    func limit(_ limit: Int) {
        let whole = [UInt8]("aé€\n\n😀")
        let limited = text([UInt8]("<p>a&eacute;€<br><br>&#x1F600;"), limit: limit)
        #expect(text([UInt8]("<p>a&eacute;€<br><br>&#x1F600;")) == whole)
        #expect(limited.count <= limit)
        #expect(whole.starts(with: limited))
        #expect(String(validating: limited, as: UTF8.self) != nil)
        #expect(limit - limited.count < 4 || limited == whole)
    }

    @Test("is limited when negative numbers ask for it")
    func negativeLimit() {
        #expect(text("abc", limit: -1) == "")
        #expect(text("abc", limit: .min) == "")
    }

    @Test(
        "is the readable text of HTML parts, and of no other",
        arguments: [
            ("text/html", "7bit", "<p>H&eacute;</p>", "Hé"),
            ("TEXT/HTML; charset=iso-8859-1", "quoted-printable", "<p>H=E9=\n</p>", "Hé"),
            ("application/xhtml+xml", "base64", "PHA+eDwvcD4=", "x"),
            ("text/plain", "7bit", "<p>x</p>", "<p>x</p>"),
            ("text/csv", "base64", "YSxi", "a,b"),
            ("application/xml", "7bit", "<p>x</p>", ""),
            ("image/png", "7bit", "x", ""),
            ("multipart/mixed", "7bit", "x", ""),
            ("text/html", "x-unknown", "<p>x</p>", ""),
        ])
    func parts(_ type: String, _ encoding: String, _ body: String, _ expected: String) {
        let message = Message("Content-Type: \(type)\nContent-Transfer-Encoding: \(encoding)\n\n\(body)")
        let part = message.structure()
        #expect(message.readableText(of: part, limit: 100).text == expected)
        #expect(message.readableText(of: part, limit: 1).count <= 1)
        #expect(message.readableText(of: part, limit: .max).text == expected)
    }

    /// What markup is made of.
    private static let fragments =
        [
            "<", ">", "</", "/>", "<p>", "</p>", "<br>", "<script>", "</script>", "<pre>", "</pre>", "<!--",
            "-->", "<!",
            "<?", "&", "#", "x", "&amp;", "&#", "&#x", ";", "\"", "'", "=", " ", "\n", "\r", "\t", "a", "é",
            "\u{A0}", "-",
            "!", "<a b=\"", "title", "0", "9", "\0",
        ].map { [UInt8]($0) } + [[0xC2], [0xA0], [0xFF]]

    @Test("is found in anything, in bounds, valid where the source is")
    func anything() {
        var random = Random(seed: 51)
        let cases = 6000
        for number in 0..<cases {
            var html: [UInt8] = []
            if number % 3 == 0 {
                html = random.bytes(upTo: 200)
            } else {
                for _ in 0..<random.next(60) {
                    html += HTMLTextTests.fragments[random.next(HTMLTextTests.fragments.count)]
                }
            }
            let whole = text(html)
            #expect(whole.first != 0x20 && whole.first != 0x0A, "\(html)")
            let isValid = String(validating: html, as: UTF8.self) != nil
            #expect(!isValid || String(validating: whole, as: UTF8.self) != nil, "\(html)")
            let limit = random.next(40)
            let limited = text(html, limit: limit)
            #expect(limited.count <= limit && whole.starts(with: limited), "\(limit) of \(html)")
        }
        print("texts of HTML: \(cases) cases")
    }

    @Test("that is escaped comes back as it was")
    func escaped() {
        var random = Random(seed: 52)
        let cases = 2000
        for _ in 0..<cases {
            let words = (0..<random.next(8)).map { _ in
                String(decoding: random.bytes(upTo: 8, of: [UInt8]("ab<>&\"';#x1é/!-")), as: UTF8.self)
            }.filter { !$0.isEmpty }
            let plain = words.joined(separator: " ")
            var html = ""
            for scalar in plain.unicodeScalars {
                switch random.next(4) {
                case _ where scalar == " ": html += ["\n ", " ", "\t", "<b> </b>"][random.next(4)]
                case 0: html += "&#\(scalar.value);"
                case 1: html += "&#x\(String(scalar.value, radix: 16));<i>"
                case _ where "<>&".unicodeScalars.contains(scalar): html += "&#\(scalar.value);<!-- > -->"
                default: html.unicodeScalars.append(scalar)
                }
            }
            #expect(text(html) == plain, "\(html)")
        }
        print("HTML escaped and read: \(cases) cases")
    }

    @Test("knows every named character")
    func names() throws {
        // In order of the characters, those of ISO 8859-1 (HTML 4 §24.2).
        let names =
            "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 "
            + "acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde "
            + "Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute "
            + "Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde "
            + "auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute "
            + "ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"
        let list = names.split(separator: " ")
        #expect(list.count == 96)
        for (offset, name) in list.enumerated() {
            let scalar = try #require(Unicode.Scalar(UInt32(0xA0 + offset)))
            let expected = offset == 0 ? "x x" : "x\(scalar)x"
            #expect(text("x&\(name);x") == expected, "\(name)")
        }
        let greek = "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho"
        for (offset, name) in greek.split(separator: " ").enumerated() {
            let scalar = try #require(Unicode.Scalar(UInt32(0x391 + offset)))
            #expect(text("&\(name);") == String(scalar))
        }
        let others = [
            "Tab": "x x", "NewLine": "x x", "ndash": "x–x", "mdash": "x—x", "trade": "x™x", "rarr": "x→x",
            "lsquo": "x‘x", "bull": "x•x", "apos": "x'x", "excl": "x!x", "zwnj": "x\u{200C}x",
            "hearts": "x♥x",
        ]
        for (name, expected) in others { #expect(text("x&\(name);x") == expected, "\(name)") }
    }
}
