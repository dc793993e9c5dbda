import Platform
import TestSupport
import Testing

@testable import AttachmentExamination

@Suite("Headers, names and bodies of parts")
struct PartTests {
    private func header(_ text: String) -> PartHeader {
        let octets = Array(text.utf8)
        return PartHeader(reading: octets.span, from: 0, to: octets.count)
    }

    private func text(_ octets: [UInt8]?) -> String? { octets.map { String(decoding: $0, as: UTF8.self) } }

    @Test("lines end in LF, CRLF and CR, and fields are unfolded", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) {
        let read = header(
            ["A: 1", "B: 2", "\tx", "Content-Type: Text/Plain; a=b", "", "body"].joined(separator: end))
        #expect(read.fields.count == 3 && read.describesContent)
        #expect(text(read.values("b").first) == " 2\tx")
        #expect(read.types == ["text/plain"])
        #expect(read.oddities == (end == "\r" ? ["lines of the header that end in CR alone"] : []))
    }

    @Test("what is no field is passed over, and NUL and rubbish in a name do not hide it")
    func broken() {
        let read = header("Content-Foo\r\nContent-T\0ype : a/b\r\n\r\n")
        #expect(read.types == ["a/b"])
        #expect(
            read.oddities == [
                "a line of the header without a colon", "NUL in the header", "rubbish in a field's name",
            ])
    }

    @Test("the body begins behind the empty line; without one, at the end")
    func bodies() {
        #expect(header("A: b\r\n\r\nbody").bodyStart == 8)
        #expect(header("\r\nbody").bodyStart == 2)
        #expect(header("A: b").bodyStart == 4)
        #expect(header("").bodyStart == 0)
    }

    @Test("a header without end is read no further than its limit")
    func endless() {
        let octets = Array(String(repeating: "a\n", count: 300_000).utf8)
        let read = PartHeader(reading: octets.span, from: 0, to: octets.count)
        #expect(read.bodyStart <= 70_000 && read.oddities == ["a header without end"])
    }

    private func names(_ field: String) -> [String] { PartNames(fields: [Array(field.utf8)]).names }

    @Test(
        "the standard's name comes first",
        arguments: [
            ("attachment; filename=a.txt", "a.txt"), ("attachment; filename=\"a b.txt\"", "a b.txt"),
            ("attachment; filename*=utf-8''a%20b.txt", "a b.txt"),
            ("attachment; filename*0=a; filename*1=b.txt", "ab.txt"),
            ("attachment; filename=\"=?utf-8?q?=C3=A4.txt?=\"", "\u{E4}.txt"),
            ("attachment; filename*=iso-8859-1''%E4.txt", "\u{E4}.txt"),
            ("text/plain; name=a.txt", "a.txt"),
        ])
    func standard(field: String, name: String) {
        #expect(names(field).first == name)
    }

    @Test(
        "every other reader's name is there",
        arguments: [
            ("x; filename=a.txt; filename=b.exe", "b.exe"), ("x; filename*0=b.; filename*2=exe", "b.exe"),
            ("x; filename*1=exe; filename*0=b.", "b.exe"),
            ("x; filename*0=b.; filename*0=x; filename*1=exe", "b.exe"),
            ("x; filename*0=b.; filename*1=x; filename*1=exe", "b.exe"),
            ("x; filename*=koi8-r''b%2Eexe", "b.exe"),
            ("x; filename=\"=?koi8-r?Q?b=2Eexe?=\"", "b.exe"), ("x; filename=\"=?utf-8?Q?b=2Eexe\"", "b.exe"),
            ("filename=b.exe", "b.exe"),
            ("x; y=\"; filename=b.exe", "b.exe"), ("x; filename=\"b.exe", "b.exe"),
            ("x; NAME = b.exe", "b.exe"), ("x; filename*=b%2Eexe", "b.exe"),
        ])
    func lenient(field: String, name: String) {
        #expect(names(field).contains(name), "\(names(field))")
    }

    @Test(
        "where there is no name there is none",
        arguments: ["", "attachment", "attachment; size=3", "x; filename="])
    func none(field: String) {
        #expect(names(field) == [])
    }

    @Test("a name for old readers beside the extended one is no oddity, another extension is")
    func oddities() {
        func oddities(_ field: String) -> [String] { PartNames(fields: [Array(field.utf8)]).oddities }
        #expect(oddities("x; filename*0=a; filename*1=b") == [])
        #expect(oddities("x; filename*1=a; filename*0=b") == ["segments of a name out of order"])
        #expect(oddities("x; filename=a; filename=b") == ["several names in one field"])
    }

    @Test("random fields have few names, and short work", arguments: 0..<10 as Range<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "filename", "name", "*", "0", "1", "=", ";", "\"", "%2E", "=?utf-8?B?", "?=", "utf-8''", "\\",
            " ", "\0", "\u{E4}",
        ]
        for _ in 0..<200 {
            let field = (0..<40).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            #expect(names(field).count <= 16)
        }
    }

    private func decode(
        _ text: String, _ padding: Base64Reading.Padding = .ends
    ) -> (text: String, inner: Bool, strangers: Int) {
        var reading = Base64Reading(padding: padding, capacity: 1000)
        let octets = Array(text.utf8)
        reading.read(octets.span)
        let (inner, strangers) = (reading.hasInnerPadding, reading.strangers)
        let decoded = reading.finish()
        return (String(decoding: decoded.array(0..<decoded.count), as: UTF8.self), inner, strangers)
    }

    @Test("base64 goes on behind padding, and says so")
    func base64() {
        #expect(decode("YWJj\r\nZA==") == ("abcd", false, 0))
        #expect(decode("YQ==YmM=") == ("abc", true, 0))
        #expect(decode("Y!W#Jj") == ("abc", false, 2))
        #expect(decode("YW=Jj", .isSkipped) == ("abc", true, 0))
        #expect(decode("") == ("", false, 0))
    }

    private func uuencoded(_ text: String) -> EncodedFile? {
        let octets = Array(text.utf8)
        return UUEncoding.file(octets.span, beginningAt: 0, limit: 100)
    }

    @Test("uuencode ends at its end, or where it stops being that")
    func uuencode() throws {
        let text = "begin 644 a b.txt\r\n#86)C\r\n#9&5F\r\n`\r\nend\r\nrest"
        let file = try #require(uuencoded(text))
        #expect(
            file.name.elementsEqual("a b.txt".utf8) && file.octets.elementsEqual("abcdef".utf8) && !file.isCut
        )
        #expect(Array(text.utf8)[file.next...].elementsEqual("rest".utf8))
        #expect(uuencoded("begin 644 a\n#86)C\nno uuencode, this\n")?.octets == Array("abc".utf8))
    }

    @Test(
        "what only begins as uuencode is none",
        arguments: [
            "begin the meeting at 8", "begin 644", "begin 999 a\n#86)C\n", "begin 644 a\n\n",
            "Begin 644 a\n#86)C\n",
        ])
    func noUuencode(text: String) {
        let isNone = uuencoded(text) == nil
        #expect(isNone)
    }

    @Test("yEnc is undone, its escapes too")
    func yenc() throws {
        let text =
            Array("=ybegin line=128 size=3 name=a.bin\r\n".utf8) + [0x61 + 42, 0x3D, 0x40, 0x62 + 42]
            + Array("\r\n=yend size=3\r\n".utf8)
        let found = YEncoding.file(text.span, beginningAt: 0, limit: 100)
        let file = try #require(found)
        #expect(file.name.elementsEqual("a.bin".utf8) && file.octets == [0x61, 0xD6, 0x62])
        #expect(file.next == text.count)
    }
}
