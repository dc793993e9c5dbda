import MailMessage
import Platform
import TestSupport
import Testing

@testable import ContentChecks

@Suite("fields of scanners before us")
struct UpstreamFieldsTests {
    /// What is trusted, and what is forged, as the fields' bodies; each header is a list of fields.
    private static func judge(
        _ fields: [String], hosts: [String] = ["mx.y.example", "store.y.example", "192.0.2.1"],
        names: [String] = ["X-Spam-*", "X-Virus"], _ placement: UpstreamFields.Placement = .above
    ) -> (trusted: [String], forged: [String]) {
        let text = fields.joined(separator: "\r\n") + "\r\n\r\nBody\r\n"
        let message = Message(SharedBytes(Array(text.utf8)))
        let verdict = UpstreamFields(hosts: hosts, names: names, placement: placement).judge(message)
        func bodies(_ fields: [HeaderField]) -> [String] {
            fields.map { String(decoding: message.unfoldedBody($0), as: UTF8.self) }
        }
        return (bodies(verdict.trusted), bodies(verdict.forged))
    }

    private static let outside =
        "Received: from a (evil.example [203.0.113.9])\r\n\tby mx.y.example (Postfix) with SMTP id 1; d"
    private static let inside =
        "Received: from mx (mx.y.example [192.0.2.1])\r\n by store.y.example with ESMTP id 2; d"
    private static let loopback =
        "Received: from localhost (localhost [127.0.0.1]) by mx.y.example with ESMTP id 3; d"
    private static let filter =
        "Received: from mx ([127.0.0.1]) by localhost (mx [127.0.0.1]) (amavisd-new) with ESMTP id 4; d"
    private static let local = "Received: by mx.y.example (Postfix, from userid 112)\r\n\tid 5; d"
    private static let foreign = "Received: from b (b [198.51.100.1]) by out.x.example with SMTP id 6; d"

    @Test("what stands above our host's field is ours, what stands below is not")
    func border() {
        let (trusted, forged) = Self.judge([
            "Return-Path: <a@x>", "X-Spam-Status: ours", "x-spam-LEVEL:\r\n ours too", Self.outside,
            "X-Spam-Status: theirs",
            Self.foreign, "X-Spam-Flag: theirs, too", "Subject: x", "X-Virus: theirs",
            "X-Virus-Other: untouched",
        ])
        #expect(trusted == ["ours", "ours too"])
        #expect(forged == ["theirs", "theirs, too", "theirs"])
    }

    @Test("the border is the last of our hosts that had it from one of ours")
    func hops() {
        #expect(Self.judge([Self.inside, "X-Virus: mx", Self.outside, "X-Virus: sender"]).trusted == ["mx"])
        // amavis behind Postfix.
        #expect(
            Self.judge([Self.loopback, "X-Virus: amavis", Self.filter, Self.outside, "X-Virus: sender"])
                .trusted
                == ["amavis"])
        // spamc in a pipe.
        #expect(
            Self.judge([Self.local, "X-Spam-Flag: spamc", Self.outside, "X-Virus: sender"]).trusted == [
                "spamc"
            ])
        let all = Self.judge([
            "X-Virus: 1", Self.inside, "X-Virus: 2", Self.loopback, "X-Virus: 3", Self.filter, "X-Virus: 4",
            Self.outside,
            "X-Virus: 5",
        ])
        #expect(all.trusted == ["1", "2", "3", "4"] && all.forged == ["5"])
    }

    @Test("a stranger who names our hosts gains nothing")
    func impostors() {
        for claim in [Self.outside, Self.inside, Self.loopback, Self.local, Self.filter] {
            let (trusted, forged) = Self.judge([Self.outside, "X-Virus: forged", claim, "X-Virus: forged"])
            #expect(trusted.isEmpty && forged.count == 2, "\(claim)")
        }
        // What the client says of itself.
        for greeting in ["localhost", "mx.y.example", "[127.0.0.1]", "[192.0.2.1]", "by", "from"] {
            let received =
                "Received: from \(greeting) (evil.example [203.0.113.9]) by mx.y.example with SMTP; d"
            #expect(Self.judge([received, "X-Virus: forged", Self.outside]).trusted.isEmpty, "\(greeting)")
        }
        let exim = "Received: from [203.0.113.9] (helo=[127.0.0.1])\r\n\tby mx.y.example with esmtp id 1; d"
        let qmail =
            "Received: from unknown (HELO [127.0.0.1]) (203.0.113.9)\r\n  by mx.y.example with SMTP; d"
        for received in [exim, qmail] {
            #expect(
                Self.judge(["X-Virus: ours", received, "X-Virus: forged", Self.outside]).trusted == ["ours"])
        }
    }

    @Test("a filter is called localhost by the host that it runs on alone")
    func localhost() {
        #expect(Self.judge([Self.inside, "X-Virus: a", Self.filter, "X-Virus: b"]).forged == ["a", "b"])
        #expect(Self.judge([Self.filter, "X-Virus: a"]).forged == ["a"])
        #expect(Self.judge(["X-Virus: a", Self.filter]).forged == ["a"])
    }

    @Test("qmail's comment is passed over")
    func comment() {
        let qmail = "Received: (qmail 12 invoked by uid 89); d"
        let (trusted, forged) = Self.judge([
            "X-Virus: 1", qmail, "X-Virus: 2",
            "Received: from a (b [203.0.113.9]) by mx.y.example with SMTP; d",
            "X-Virus: 3",
        ])
        #expect(trusted == ["1", "2"] && forged == ["3"])
    }

    @Test("without a field of our hosts at the top everything is forged")
    func foreign() {
        for top in [
            Self.foreign, "Received: nonsense", "Received:", "Received: by mx.y.example.evil.example; d",
        ] {
            let (trusted, forged) = Self.judge(["X-Virus: a", top, "X-Virus: b", Self.outside, "X-Virus: c"])
            #expect(trusted.isEmpty && forged == ["a", "b", "c"], "\(top)")
        }
        #expect(Self.judge(["X-Virus: a", "Subject: x"]).forged == ["a"])
        #expect(Self.judge(["X-Virus: a", Self.outside], hosts: []).forged == ["a"])
    }

    @Test("hosts are named in any case, by address, and with a dot at the end")
    func hostNames() {
        #expect(Self.judge(["X-Virus: a", Self.outside], hosts: ["MX.Y.Example."]).trusted == ["a"])
        let literal = "Received: from a (a [203.0.113.9]) by [IPv6:2001:db8::1] with SMTP; d"
        #expect(Self.judge(["X-Virus: a", literal], hosts: ["2001:DB8::1"]).trusted == ["a"])
        #expect(Self.judge(["X-Virus: a", literal], hosts: ["[IPv6:2001:db8::1]"]).trusted == ["a"])
    }

    @Test("names are whole, or beginnings")
    func names() {
        func trusted(_ names: [String]) -> [String] {
            Self.judge(["X-Spam: 1", "x-spam-flag: 2", "X-Spa: 3", "X-Spam-: 4", Self.outside], names: names)
                .trusted
        }
        #expect(trusted(["X-SPAM"]) == ["1"])
        #expect(trusted(["X-Spam*"]) == ["1", "2", "4"])
        #expect(trusted(["X-Spam-*"]) == ["2", "4"])
        #expect(trusted(["X-Spa", "X-Spam-Flag"]) == ["2", "3"])
        #expect(trusted([]) == [])
        // So do the hosts' own fields.
        #expect(trusted(["*"]) == ["1", "2", "3", "4"])
    }

    @Test("directly below the border the first of each name counts")
    func below() {
        let (trusted, forged) = Self.judge(
            [
                "Return-Path: <>", Self.outside, "X-Spam-Flag: ours", "X-Virus: ours", "X-SPAM-FLAG: theirs",
                Self.foreign,
                "X-Virus: theirs", "X-Spam-Level: left out",
            ], .below)
        #expect(trusted == ["ours", "ours", "left out"] && forged == ["theirs", "theirs"])
    }

    @Test("at the end the last of each name counts")
    func end() {
        let (trusted, forged) = Self.judge(
            [
                Self.outside, "X-Spam-Flag: theirs", "X-Virus: theirs", Self.foreign, "X-Spam-Flag: theirs",
                "Subject: x",
                "X-Virus: ours", "X-Spam-Flag: ours",
            ], .end)
        #expect(trusted == ["ours", "ours"] && forged == ["theirs", "theirs", "theirs"])
    }

    @Test(
        "what stands above counts first, wherever the scanner writes",
        arguments: UpstreamFields.Placement.allCases)
    func aboveFirst(placement: UpstreamFields.Placement) {
        let (trusted, forged) = Self.judge(["X-Virus: store", Self.outside, "X-Virus: theirs"], placement)
        #expect(trusted == ["store"] && forged == ["theirs"])
        #expect(Self.judge([Self.foreign, "X-Virus: theirs"], placement).forged == ["theirs"])
    }

    @Test("each field with such a name is trusted or forged, whatever the header is")
    func noise() {
        var generator = SeededGenerator(seed: 13)
        let lines = [
            Self.outside, Self.inside, Self.loopback, Self.filter, Self.local, Self.foreign, "X-Virus: a",
            "X-Spam-Flag: b", "Subject: c", "Received: (qmail 1)", "Received: \u{FF}(", "X-Virus: d",
        ]
        for _ in 0..<2000 {
            let fields = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                lines.randomElement(using: &generator) ?? ""
            }
            let named = fields.filter { $0.hasPrefix("X-") }.count
            for placement in UpstreamFields.Placement.allCases {
                let (trusted, forged) = Self.judge(fields, placement)
                #expect(trusted.count + forged.count == named)
                // Who is not let in by a host of ours has no say.
                if fields.first(where: { $0.hasPrefix("Received: ") && !$0.contains("qmail") })
                    == Self.foreign
                {
                    #expect(trusted.isEmpty)
                }
            }
        }
    }
}
