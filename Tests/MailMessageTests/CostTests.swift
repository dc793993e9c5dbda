import MailMessage
import Platform
import TestSupport
import Testing

/// Input that makes a careless parser quadratic. Each is taken apart at one size and at four times that: linear work
/// takes four times as long, quadratic work sixteen times.
@Suite("The time that hostile input takes", .serialized)
struct CostTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        /// How often the unit comes in the smaller run.
        let count: Int
        let head: String
        let unit: String
        let work: @Sendable ([UInt8]) -> Void
        var testDescription: String { name }
    }

    static let structure: @Sendable ([UInt8]) -> Void = { _ = Message($0).structure() }
    static let words: @Sendable ([UInt8]) -> Void = { _ = EncodedWords.decode($0) }
    static let addresses: @Sendable ([UInt8]) -> Void = { _ = AddressList($0, limit: .max) }
    static let parameters: @Sendable ([UInt8]) -> Void = { _ = ParameterList($0, limit: .max) }

    static let html: @Sendable ([UInt8]) -> Void = { _ = HTMLText.text(of: $0.span, limit: .max) }

    static let cases: [Case] = [
        Case(
            name: "lines that begin like delimiters", count: 40_000, head: MIMEPartTests.mixed, unit: "--x\n",
            work: structure),
        Case(
            name: "delimiters beyond the limit of parts", count: 40_000, head: MIMEPartTests.mixed,
            unit: "--b\n", work: structure),
        Case(
            name: "last delimiters", count: 40_000, head: MIMEPartTests.mixed, unit: "--b--\n",
            work: structure),
        Case(
            name: "a line of hyphens", count: 160_000, head: MIMEPartTests.mixed, unit: "-", work: structure),
        Case(
            name: "a line of blanks behind hyphens", count: 160_000, head: MIMEPartTests.mixed + "--",
            unit: " ", work: structure),
        Case(name: "fields without end", count: 40_000, head: "", unit: "A:\n", work: structure),
        Case(
            name: "folds", count: 40_000, head: "A:", unit: "\n ",
            work: { bytes in
                let message = Message(bytes)
                for field in message.header.fields { _ = message.decodedBody(field) }
            }),
        Case(name: "beginnings of encoded words", count: 20_000, head: "", unit: "=?a", work: words),
        Case(name: "encoded words without end", count: 10_000, head: "", unit: "=?utf-8?q?a ", work: words),
        Case(
            name: "encoded words of two sets in turn", count: 3_000, head: "",
            unit: "=?koi8-r?q?a?= =?iso-8859-2?q?b?= ", work: words),
        Case(name: "encoded words of one set", count: 5_000, head: "", unit: "=?koi8-r?q?a?= ", work: words),
        Case(name: "open comments", count: 60_000, head: "", unit: "(", work: addresses),
        Case(name: "open brackets", count: 30_000, head: "", unit: "<", work: addresses),
        Case(name: "open quotes", count: 30_000, head: "", unit: "\"\\", work: addresses),
        Case(name: "addresses", count: 5_000, head: "", unit: "a@b,", work: addresses),
        Case(name: "words without an address", count: 20_000, head: "", unit: "a ", work: addresses),
        Case(
            name: "a long name", count: 20_000, head: "", unit: "\"a\" (b) ",
            work: { AddressList($0 + [UInt8]("<a@b>")).addresses.forEach { _ = $0 } }),
        Case(name: "open routes", count: 20_000, head: "<", unit: "@a,", work: addresses),
        Case(name: "groups", count: 10_000, head: "", unit: "g:", work: addresses),
        Case(name: "parameters of one name", count: 5_000, head: "x", unit: ";a=b", work: parameters),
        Case(name: "segments of one number", count: 5_000, head: "x", unit: ";a*1=b", work: parameters),
        Case(
            name: "segments that are encoded", count: 5_000, head: "x", unit: ";a*0*=utf-8''b",
            work: parameters),
        Case(name: "semicolons", count: 40_000, head: "x", unit: ";", work: parameters),
        Case(name: "open quotes in parameters", count: 20_000, head: "x", unit: ";a=\"", work: parameters),
        Case(name: "padding", count: 60_000, head: "", unit: "=", work: { _ = decodeBase64($0) }),
        Case(name: "blanks", count: 60_000, head: "", unit: " ", work: { _ = decodeQuotedPrintable($0) }),
        Case(
            name: "soft breaks that are none", count: 20_000, head: "", unit: "= ",
            work: { _ = decodeQuotedPrintable($0) }),
        Case(name: "tags", count: 20_000, head: "", unit: "<p>a", work: html),
        Case(name: "tags without end", count: 40_000, head: "", unit: "<a ", work: html),
        Case(name: "attributes without end", count: 40_000, head: "<a ", unit: "b=\"", work: html),
        Case(name: "markup that is none", count: 40_000, head: "", unit: "<", work: html),
        Case(name: "comments without end", count: 40_000, head: "", unit: "<!--", work: html),
        Case(name: "scripts without end", count: 20_000, head: "", unit: "<script></scrip", work: html),
        Case(
            name: "a script of beginnings of its end", count: 40_000, head: "<script>", unit: "</", work: html
        ),
        Case(name: "ampersands", count: 40_000, head: "", unit: "&", work: html),
        Case(name: "references that are none", count: 20_000, head: "", unit: "&thetasyn", work: html),
        Case(name: "a number without end", count: 160_000, head: "&#", unit: "9", work: html),
        Case(name: "line ends that are held back", count: 40_000, head: "a", unit: "<br>", work: html),
        Case(name: "open pre", count: 20_000, head: "", unit: "<pre> ", work: html),
        Case(
            name: "boundaries in enclosed text", count: 40_000, head: "", unit: "--=_",
            work: {
                let entity = ComposedEntity.multipart("mixed", [.text($0), .text($0)])
                _ = entity.composed(boundarySeed: 1)
            }),
        Case(
            name: "identifiers without end", count: 40_000, head: "References: ", unit: "<a",
            work: { _ = ReplyThread(replyingTo: Message($0)) }),
        Case(
            name: "fields to be deleted", count: 2_000, head: "", unit: "A: 1\nB: 2\n",
            work: {
                var editing = HeaderEditing(Message($0))
                editing.delete(named: "A")
            }),
    ]

    @Test("grows with its length", arguments: cases)
    func linear(_ example: Case) {
        let small = [UInt8](example.head + String(repeating: example.unit, count: example.count))
        let large = [UInt8](example.head + String(repeating: example.unit, count: example.count * 4))
        // A first run, so that nothing is loaded for the first time within a measured one.
        example.work(small)
        var ratio = Double.infinity
        for _ in 0..<6 where ratio > 9 {
            let short = Patience.processorTime(leastOf: 3) { example.work(small) }
            let long = Patience.processorTime(leastOf: 3) { example.work(large) }
            ratio = Double(long) / Double(max(short, 50))
        }
        #expect(ratio < 9, "\(ratio) times as long for four times as much")
    }

    @Test("is short for a megabyte of nested boundaries")
    func nestedBoundaries() {
        let prefix = String(repeating: "b", count: 60)
        var text = ""
        for level in 0..<1000 {
            text += "Content-Type: multipart/mixed; boundary=\(prefix)\(level)\n\n--\(prefix)\(level)\n"
        }
        text += String(repeating: "--\(prefix)x\n", count: 14_000)
        let message = Message(text)
        let time = Patience.processorTime { _ = message.structure() }
        print("a megabyte of nested boundaries: \(time / 1000) ms")
        #expect(time < 30_000_000)
    }
}
