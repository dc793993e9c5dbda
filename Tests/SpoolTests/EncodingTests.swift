import Platform
import Testing

@testable import Spool

@Suite struct EncodingTests {
    @Test("the checksum is CRC-32C")
    func checksum() {
        let vectors: [([UInt8], UInt32)] = [
            (Array("123456789".utf8), 0xE306_9283),
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E),
            ([], 0),
        ]
        for (bytes, sum) in vectors { #expect(Checksum().of(bytes) == sum) }
    }

    @Test("a checksum in two parts is that of the whole, wherever it is divided")
    func checksumInParts() {
        let checksum = Checksum()
        var random = Random(1)
        let bytes = (0..<100).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let whole = checksum.of(bytes)
        for division in 0...bytes.count {
            let tail = Array(bytes[division...])
            let sum = checksum.extend(checksum.of(Array(bytes[..<division])), with: tail.span)
            #expect(sum == whole)
        }
    }

    @Test("any bytes survive being written as a line and as a word")
    func percentEncoding() {
        var random = Random(2)
        for _ in 0..<2000 {
            let bytes = random.bytes(upTo: 60)
            for context in [PercentEncoding.Context.line, .word] {
                var text: [UInt8] = []
                PercentEncoding.append(bytes, as: context, to: &text)
                #expect(PercentEncoding.decode(text[...]) == bytes)
                #expect(!text.contains { $0 < 0x20 || $0 == 0x7F })
                if case .word = context { #expect(!text.contains { " :=[".utf8.contains($0) }) }
            }
        }
    }

    @Test(
        "what is not percent-encoded is refused", arguments: ["%", "%4", "a%", "%G0", "%0g", "%a0", "%%20"])
    func badPercentEncoding(text: String) {
        #expect(PercentEncoding.decode(Array(text.utf8)[...]) == nil)
    }

    @Test(
        "numbers keep their width",
        arguments: [(0, 1, "0"), (7, 3, "007"), (1234, 4, "1234"), (60, 10, "0000000060")])
    func fixedWidth(value: Int, width: Int, text: String) {
        #expect(FixedWidth.decimal(value, width: width) == Array(text.utf8))
        #expect(FixedWidth.decimal(Array(text.utf8)[...]) == value)
    }

    @Test(
        "what is not a number is refused",
        arguments: ["", "+1", "-1", " 1", "1 ", "0x1", "１", "1234567890123456789"])
    func notANumber(text: String) {
        #expect(FixedWidth.decimal(Array(text.utf8)[...]) == nil)
    }

    @Test(
        "checksums are lower-case hexadecimal",
        arguments: [(UInt32(0), "00000000"), (0xDEAD_BEEF, "deadbeef"), (.max, "ffffffff")])
    func hexadecimal(value: UInt32, text: String) {
        #expect(FixedWidth.hexadecimal(value) == Array(text.utf8))
        #expect(FixedWidth.hexadecimal(Array(text.utf8)[...]) == value)
        #expect(
            FixedWidth.hexadecimal(Array(text.uppercased().utf8)[...])
                == (text == text.uppercased() ? value : nil))
    }

    @Test(
        "moments survive",
        arguments: [(0, 0), (1_732_300_000, 123_456_789), (-5, 1), (Int.max, 999_999_999), (.min, 0)])
    func wallTime(seconds: Int, nanoseconds: Int) {
        let time = WallTime(seconds: seconds, nanoseconds: nanoseconds)
        #expect(WallTime(text: time.text[...]) == time)
    }

    @Test(
        "what is not a moment is refused",
        arguments: [
            "", ".", "1", "1.", "1.5", "x.000000000", "1.00000000x", "99999999999999999999.000000000",
        ])
    func notAMoment(text: String) {
        #expect(WallTime(text: Array(text.utf8)[...]) == nil)
    }
}

@Suite struct EnvelopeTests {
    @Test("a header says what the envelope said, whatever the bytes")
    func headerRoundTrip() throws {
        var random = Random(3)
        for _ in 0..<300 {
            let envelope = SpoolEnvelope(
                created: WallTime(seconds: Int.random(in: 0...1 << 40, using: &random), nanoseconds: 5),
                fields: fields(&random),
                actions: (0..<Int.random(in: 0...4, using: &random)).map { _ in fields(&random) })
            #expect(SpoolEnvelope(header: envelope.header) == envelope)
        }
    }

    @Test("a record of the journal says what was told, whatever the bytes")
    func recordRoundTrip() {
        var random = Random(4)
        for _ in 0..<300 {
            let record = JournalRecord(
                time: WallTime(seconds: 77, nanoseconds: 1), action: Bool.random(using: &random) ? nil : 3,
                kind: String(decoding: random.bytes(upTo: 8), as: UTF8.self), fields: fields(&random))
            #expect(JournalRecord(text: record.text[...]) == record)
            #expect(!record.text.contains(10) && !record.text.contains(0))
        }
    }

    @Test(
        "what is no header is refused (| is a line end)",
        arguments: [
            "", "|", "[entry]|", "[entry]|id: x|created: 1.000000000|[envelope]|",
            "[entry]|id: 000000000000000|[envelope]|",
            "[entry]|id: 000000000000000|created: 1.000000000|",
            "[entry]|id: 000000000000000|created: 1.000000000|[envelope]",
            "[entry]|id: 000000000000000|created: 1.000000000|[envelope]|a|",
            "[entry]|id: 000000000000000|created: 1.000000000|[envelope]|a:b|",
            "[entry]|id: 000000000000000|created: 1.000000000|[envelope]|a: %|",
            "[entry]|id: 000000000000000|created: 1.000000000|[envelope]|[other]|",
            "[entry]|id: 000000000000000|created: 1.000000000|more: 1|[envelope]|",
            "[entry]|id: ../../etc/passwd|created: 1.000000000|[envelope]|",
        ])
    func noHeader(text: String) {
        #expect(SpoolEnvelope(header: Array(text.replacing("|", with: "\n").utf8)) == nil)
    }

    @Test(
        "what is no record is refused",
        arguments: [
            "", " ", "1.000000000", "1.000000000 -", "1.000000000 x done", "1 - done", "1.000000000 - done a",
            "1.000000000 - done a=% ", "1.000000000 - done  a=b",
        ])
    func noRecord(text: String) {
        #expect(JournalRecord(text: Array(text.utf8)[...]) == nil)
    }

    @Test("random bytes are no header and no record, and do no harm")
    func garbage() {
        var random = Random(5)
        for _ in 0..<2000 {
            let bytes = random.bytes(upTo: 120)
            #expect(SpoolEnvelope(header: bytes) == nil)
            #expect(JournalRecord(text: bytes[...]) == nil)
            #expect(EntryFormat(line: bytes) == nil)
        }
    }

    @Test("fields keep their order and may occur more than once")
    func repeatedFields() {
        var fields: SpoolFields = ["to": "a", "cc": "b", "to": "c"]
        fields.append("bytes", bytes: [0xFF, 0])
        #expect(fields.all("to") == ["a", "c"])
        #expect(fields.first("to") == "a")
        #expect(fields.first("none") == nil)
        #expect(fields.bytes("bytes") == [0xFF, 0])
        #expect(fields.first("bytes") == "\u{FFFD}\0")
        #expect(fields.fields.map(\.name) == ["to", "cc", "to", "bytes"])
    }

    private func fields(_ random: inout Random) -> SpoolFields {
        SpoolFields(
            (0..<Int.random(in: 0...5, using: &random)).map { _ in
                let name = String(decoding: random.bytes(upTo: 6), as: UTF8.self)
                return SpoolFields.Field(name: name, value: random.bytes(upTo: 40))
            })
    }
}

@Suite struct NameTests {
    @Test("identifiers are file names that sort by time")
    func identifiers() {
        var random = Random(6)
        var last = ""
        for seconds in stride(from: 0, through: 1 << 34, by: 1 << 28) {
            let id = EntryIdentifier.make(at: WallTime(seconds: seconds), random: random.next())
            #expect(EntryIdentifier.isValid(id))
            #expect(id > last)
            last = id
        }
    }

    @Test("identifiers of one second differ")
    func identifiersOfOneSecond() {
        let ids = (0..<10_000).map { _ in
            EntryIdentifier.make(at: WallTime(seconds: 5), random: Host.random())
        }
        #expect(Set(ids).count == ids.count)
    }

    @Test(
        "what is no identifier is no file name either",
        arguments: [
            "", ".", "..", "../../etc/passwd", "00000000000000", "0000000000000000", "00000000000000/",
            "0000000000000\0a",
            "00000000000000A", "00000000000000l", "0000000000000é",
        ])
    func noIdentifier(text: String) {
        #expect(!EntryIdentifier.isValid(text))
    }

    @Test(
        "a due time is told by the names",
        arguments: [
            (0, "0000000000", "00."), (59, "0000000000", "59."), (60, "0000000001", "00."),
            (1_732_300_007, "0028871666", "47."), (-5, "0000000000", "00."), (Int.max, "9999999999", "59."),
        ])
    func dueTime(seconds: Int, bucketName: String, prefix: String) {
        let id = "000000000000000"
        let (bucket, name) = Bucket.containing(seconds, id: id)
        #expect(bucket.name == bucketName)
        #expect(name == prefix + id)
        #expect(Bucket(name: bucketName) == bucket)
        #expect(
            bucket.reference(name: name) == EntryReference(id: id, place: .queue(due: Bucket.clamp(seconds))))
    }

    @Test(
        "what names no entry is told from what does",
        arguments: [
            "", "00.", "60.000000000000000", "0.0000000000000000", "00-000000000000000", "00.00000000000000l",
            "xx.000000000000000",
            "00.0000000000000000",
        ])
    func strayName(name: String) {
        #expect(Bucket(minute: 1).reference(name: name) == nil)
    }

    @Test(
        "what names no minute is told from what does",
        arguments: ["", "1", "000000000x", "00000000001", "-000000001"])
    func strayBucket(name: String) {
        #expect(Bucket(name: name) == nil)
    }

    @Test(
        "a wait is spread evenly within its bounds",
        arguments: [
            (60, 10, 54, 66), (3600, 25, 2700, 4500), (1, 50, 1, 1), (100, 0, 100, 100), (0, 10, 1, 1),
            (10, 900, 1, 20),
        ])
    func jitter(seconds: Int, percent: Int, least: Int, most: Int) {
        var random = Random(7)
        let jitter = Jitter(percent: percent)
        let waits = (0..<4000).map { _ in jitter.spread(seconds, random: random.next()) }
        #expect(waits.min() == least)
        #expect(waits.max() == most)
        #expect(abs(waits.reduce(0, +) / waits.count - (least + most) / 2) <= max((most - least) / 20, 1))
    }

    @Test("no number makes a wait overflow", arguments: [Int.max, .min, 0, -1], [0, 1, UInt64.max])
    func jitterExtremes(seconds: Int, random: UInt64) {
        #expect(Jitter(percent: 100).spread(seconds, random: random) >= 1)
    }
}
