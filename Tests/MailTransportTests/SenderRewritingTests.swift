import TestSupport
import Testing

@testable import MailTransport

@Suite struct SenderRewritingTests {
    /// 2020-01-01 00:01:00.
    private static let time = 1_577_836_860
    private static let day = 86_400

    private static func rewriting(_ secrets: String..., days: Int = 21) -> SenderRewriting {
        SenderRewriting(secrets: secrets.map { Array($0.utf8) }, maximumAge: days * day)
    }

    private let ours = Self.rewriting("tops3cr3t")

    private static func address(_ text: String) -> SenderRewriting.Address {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        return SenderRewriting.Address(
            localPart: String(parts[0]), domain: parts.count > 1 ? String(parts[1]) : "")
    }

    private func original(_ local: String, at time: Int = Self.time) throws -> String {
        let found = try ours.original(of: local, at: time)
        return "\(found.localPart)@\(found.domain)"
    }

    private func failure(
        _ local: String, at time: Int = Self.time, _ rewriting: SenderRewriting? = nil
    ) -> SenderRewritingFailure? {
        do throws(SenderRewritingFailure) {
            _ = try (rewriting ?? ours).original(of: local, at: time)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Vectors: HMAC-SHA-1 of these by another implementation

    private static let vectors = [
        ("test@otherdomain.com", "SRS0=vmyz=2W=otherdomain.com=test"),
        ("user@example.net", "SRS0=rcv1=2W=example.net=user"),
        ("Mixed.Case+tag=eq@Sub.Example.NET", "SRS0=o4KS=2W=Sub.Example.NET=Mixed.Case+tag=eq"),
        ("a b@example.net", "SRS0=dTms=2W=example.net=a b"),
        ("x@[192.0.2.1]", "SRS0=0sno=2W=[192.0.2.1]=x"),
        ("SRS0=opaque+string@otherdomain.com", "SRS1=chaI=otherdomain.com==opaque+string"),
        ("srs0=opaque+string@otherdomain.com", "SRS1=chaI=otherdomain.com==opaque+string"),
        ("SRS0+abcd=TT=q.net=u@y.net", "SRS1=QWQw=y.net=+abcd=TT=q.net=u"),
        ("SRS0-x@y.net", "SRS1=RdGG=y.net=-x"),
        (
            "SRS1=X=thirdparty.example.com==opaque+string@otherdomain.com",
            "SRS1=zO/5=thirdparty.example.com==opaque+string"
        ),
    ]

    @Test("an address is rewritten as everywhere", arguments: vectors)
    func vector(address: String, expected: String) {
        #expect(ours.rewritten(Self.address(address), at: Self.time) == expected)
    }

    @Test("a rewritten address leads back: to the sender, or to the first host's address")
    func back() throws {
        for (address, rewritten) in Self.vectors.prefix(5) { #expect(try original(rewritten) == address) }
        #expect(
            try original("SRS1=chaI=otherdomain.com==opaque+string") == "SRS0=opaque+string@otherdomain.com")
        #expect(try original("SRS1=QWQw=y.net=+abcd=TT=q.net=u") == "SRS0+abcd=TT=q.net=u@y.net")
        #expect(
            try original("SRS1=zO/5=thirdparty.example.com==opaque+string")
                == "SRS0=opaque+string@thirdparty.example.com")
    }

    @Test(
        "an SRS1 that lacks parts is an address like any other",
        arguments: ["SRS1=abcd", "SRS1=abcd=only", "SRS1=abcd==x"])
    func notReally(local: String) throws {
        let rewritten = ours.rewritten(.init(localPart: local, domain: "y.net"), at: Self.time)
        #expect(rewritten.hasPrefix("SRS0="))
        #expect(try original(rewritten) == "\(local)@y.net")
    }

    // MARK: What comes back changed

    @Test(
        "case, the other alphabet, a longer hash and any separator are good",
        arguments: [
            "srs0=vmyz=2w=otherdomain.com=test", "SRS0=VMYZ=2W=OTHERDOMAIN.COM=TEST",
            "SRS0+vmyz=2W=otherdomain.com=test", "SRS0-vmyz=2W=otherdomain.com=test",
            "SRS0=vmyz7BwaV7BFsJiaZTJeJaQF2Ys=2W=otherdomain.com=test",
            "SRS0=vmyz7BwaV7=2W=otherdomain.com=test",
            "sRs1=zO_5=thirdparty.example.com==opaque+string",
            "SRS1+zo/5=thirdparty.example.com==opaque+string",
        ])
    func variants(local: String) throws {
        #expect(failure(local) == nil)
    }

    @Test(
        "anything else that is changed is forged, or not whole",
        arguments: [
            ("SRS0=vmy=2W=otherdomain.com=test", SenderRewritingFailure.forged),
            ("SRS0==2W=otherdomain.com=test", .forged), ("SRS0=vmyy=2W=otherdomain.com=test", .forged),
            ("SRS0=vmyz=2X=otherdomain.com=test", .forged), ("SRS0=vmyz=2W=otherdomain.co=test", .forged),
            ("SRS0=vmyz=2W=otherdomain.com=best", .forged), ("SRS0=vmyz=2W=otherdomain.com", .malformed),
            ("SRS0=vmyz=2W=otherdomain.com=", .malformed), ("SRS0=vmyz=2W==test", .malformed),
            ("SRS0=vmyz7BwaV7BFsJiaZTJeJaQF2Ys==2W=otherdomain.com=test", .forged),
            ("SRS0=vmyz7BwaV7BFsJiaZTJeJaQF2Ysx=2W=otherdomain.com=test", .forged),
            ("SRS0=", .malformed), ("SRS1=", .malformed), ("SRS1=chaI=otherdomain.com=", .malformed),
            ("SRS1=chaI=otherdomain.com==", .malformed), ("SRS1=chaI=otherdomain.com=x", .malformed),
            ("SRS1=chaI==otherdomain.com==opaque+string", .malformed),
            ("SRS1=chaI=otherdomain.com=+opaque+string", .forged),
            ("SRS2=vmyz=2W=otherdomain.com=test", .notRewritten), ("test", .notRewritten),
            ("", .notRewritten),
            ("SRS0", .notRewritten), ("SRS0vmyz", .notRewritten), ("XSRS0=vmyz", .notRewritten),
        ])
    func changed(local: String, expected: SenderRewritingFailure) {
        #expect(failure(local) == expected)
        #expect(SenderRewriting.isRewritten(local) == (expected != .notRewritten))
    }

    @Test("no single character of an address can be another one")
    func everyCharacter() throws {
        let local = Array("SRS0=vmyz=2W=otherdomain.com=test".utf8)
        for index in 5..<local.count {
            for byte in UInt8(0x21)...0x7E where byte | 0x20 != local[index] | 0x20 {
                var forged = local
                forged[index] = byte
                let failure = failure(String(decoding: forged, as: UTF8.self))
                #expect(failure != nil, "\(String(decoding: forged, as: UTF8.self))")
            }
        }
    }

    // MARK: Secrets and age

    @Test("the first secret signs, and all of them are good")
    func secrets() throws {
        let both = Self.rewriting("new", "tops3cr3t")
        let address = Self.address("test@otherdomain.com")
        let new = both.rewritten(address, at: Self.time)
        #expect(new == Self.rewriting("new").rewritten(address, at: Self.time))
        #expect(try both.original(of: new, at: Self.time) == address)
        #expect(try both.original(of: Self.vectors[0].1, at: Self.time) == address)
        #expect(failure(new) == .forged)
        let none = SenderRewriting(secrets: [], maximumAge: Self.day)
        #expect(failure(none.rewritten(address, at: Self.time), at: Self.time, none) == .forged)
    }

    @Test(
        "an address is good from a day before its time to the end of its age",
        arguments: [
            (-2, false), (-1, true), (0, true), (1, true), (21, true), (22, false), (500, false),
            (1022, false),
        ])
    func age(days: Int, isGood: Bool) {
        let failure = failure(Self.vectors[0].1, at: Self.time + days * Self.day)
        #expect(failure == (isGood ? nil : .expired))
        // What another host made is for that host to judge.
        #expect(self.failure(Self.vectors[5].1, at: Self.time + days * Self.day) == nil)
    }

    @Test("an age of less than a day is the same day, and of years is bounded")
    func oddAges() {
        let short = Self.rewriting("tops3cr3t", days: 0)
        #expect(failure(Self.vectors[0].1, at: Self.time + Self.day - 61, short) == nil)
        #expect(failure(Self.vectors[0].1, at: Self.time + Self.day, short) == .expired)
        let long = SenderRewriting(secrets: [Array("tops3cr3t".utf8)], maximumAge: .max)
        #expect(failure(Self.vectors[0].1, at: Self.time + 512 * Self.day, long) == nil)
        #expect(failure(Self.vectors[0].1, at: Self.time + 513 * Self.day, long) == .expired)
    }

    @Test("a day is two characters, and comes again after 1,024")
    func days() {
        for number in 0..<1024 {
            let day = RewritingDay(at: number * Self.day + 5)
            #expect(day.number == number && day.text.count == 2)
            #expect(RewritingDay(day.text[...]) == day)
            #expect(RewritingDay(day.text.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }[...]) == day)
            #expect(RewritingDay(at: (number + 1024) * Self.day) == day)
        }
        for text in ["", "A", "AAA", "1A", "A0", "8A", "é"] {
            #expect(RewritingDay(Array(text.utf8)[...]) == nil)
        }
    }

    // MARK: Whatever comes

    private static let alphabet = Array("abcXYZ019=+-._@/\"\\ \u{e9}~!#".utf8)

    private func part(_ random: inout SeededGenerator, upTo count: Int, without: UInt8? = nil) -> String {
        let bytes = (0..<Int.random(in: 1...count, using: &random)).map { _ in
            Self.alphabet.randomElement(using: &random) ?? 0x61
        }
        return String(decoding: bytes.filter { $0 != without }, as: UTF8.self) + "x"
    }

    @Test("whatever the address is, what is made of it leads back to it, twice over too", arguments: 0..<20)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let next = Self.rewriting("of the next host")
        for _ in 0..<200 {
            let address = SenderRewriting.Address(
                localPart: part(&random, upTo: 40), domain: part(&random, upTo: 20, without: 0x3D))
            let first = ours.rewritten(address, at: Self.time)
            #expect(try ours.original(of: first, at: Self.time) == address)
            let second = next.rewritten(.init(localPart: first, domain: "first.example"), at: Self.time)
            #expect(second.hasPrefix("SRS1="))
            let third = ours.rewritten(.init(localPart: second, domain: "second.example"), at: Self.time)
            // The hosts in between are skipped: the address does not grow.
            #expect(third.utf8.count == second.utf8.count)
            #expect(
                try ours.original(of: third, at: Self.time)
                    == .init(localPart: first, domain: "first.example"))
        }
    }

    @Test("no text is too strange to be refused, and none is good by chance", arguments: 0..<20)
    func anything(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let tag = ["SRS0=", "SRS1=", "srs0+", ""].randomElement(using: &random) ?? ""
            let text = tag + String(decoding: random.bytes(upTo: 60), as: UTF8.self)
            #expect(failure(text) != nil)
            _ = ours.rewritten(.init(localPart: text, domain: ""), at: Int.min)
        }
    }
}
