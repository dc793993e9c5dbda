import Testing

@testable import Sieve

@Suite("envelope-dsn, envelope-deliverby, redirect-dsn, redirect-deliverby")
struct DeliveryRequestTests {
    private func holds(_ test: String, _ change: (inout SieveEnvelope) -> Void = { _ in }) -> Bool? {
        let capabilities =
            "envelope envelope-dsn envelope-deliverby relational comparator-i;ascii-numeric variables date subaddress"
        return ExtensionTrial.holds(capabilities, test) {
            $0.envelope.statusRequest = StatusRequest(
                notify: ["SUCCESS", "FAILURE"], returns: "HDRS", identifier: "id 1",
                originalRecipient: "rfc822;bob@example.com")
            $0.envelope.deliverBy = DeliverBy(seconds: -60, returnsMessage: false, traces: true)
            change(&$0.envelope)
        }
    }

    @Test(
        "what the sender wants to be told is part of the envelope (RFC 6009 §4)",
        arguments: [
            ("envelope \"notify\" \"SUCCESS\"", true), ("envelope \"notify\" \"success\"", true),
            ("envelope \"notify\" \"DELAY\"", false), ("envelope \"NOTIFY\" \"FAILURE\"", true),
            ("envelope :count \"eq\" :comparator \"i;ascii-numeric\" \"notify\" \"2\"", true),
            ("envelope \"ret\" \"HDRS\"", true), ("envelope \"envid\" \"id 1\"", true),
            ("envelope :matches \"orcpt\" \"rfc822;*@example.com\"", true),
            ("envelope :all \"orcpt\" \"x\"", false),
            ("envelope [\"from\", \"ret\"] \"hdrs\"", true), ("envelope \"${none}ret\" \"hdrs\"", true),
        ])
    func status(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "and so is the time (RFC 6009 §4)",
        arguments: [
            ("envelope :contains \"bytimerelative\" \"-\"", true),
            ("envelope \"bytimerelative\" \"-60\"", true),
            ("envelope \"bymode\" \"notify\"", true), ("envelope \"bytrace\" \"true\"", true),
            ("envelope \"bytimeabsolute\" \"2010-10-20T20:39:00+02:00\"", true),
            ("envelope :zone \"+0000\" \"bytimeabsolute\" \"2010-10-20T18:39:00+00:00\"", true),
            ("envelope :zone \"-0330\" :matches \"bytimeabsolute\" \"*T15:09:*-03:30\"", true),
        ])
    func deliverBy(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "what is not known has no value (RFC 6009 §4)",
        arguments: [
            "notify", "ret", "envid", "orcpt", "bytimeabsolute", "bytimerelative", "bymode", "bytrace",
        ])
    func unknown(_ part: String) {
        let forget = { (envelope: inout SieveEnvelope) in
            envelope.statusRequest = nil
            envelope.deliverBy = nil
        }
        #expect(holds("envelope :contains \"\(part)\" \"\"", forget) == false)
        #expect(holds("envelope :count \"eq\" \"\(part)\" \"0\"", forget) == true)
    }

    @Test(
        "what is wrong with the parts",
        arguments: [
            ("if envelope :domain \"orcpt\" \"x\" { }", "envelope envelope-dsn", ["invalid-envelope-part"]),
            (
                "if envelope :localpart \"bymode\" \"x\" { }", "envelope envelope-deliverby",
                ["invalid-envelope-part"]
            ),
            ("if envelope \"notify\" \"x\" { }", "envelope", ["invalid-envelope-part"]),
            ("if envelope \"ret\" \"x\" { }", "envelope envelope-deliverby", ["invalid-envelope-part"]),
            (
                "if envelope :zone \"+0000\" \"bymode\" \"x\" { }", "envelope envelope-deliverby",
                ["unknown-tag"]
            ),
            ("if envelope \"ret\" \"x\" { }", "envelope-dsn", ["not-required"]),
        ])
    func wrongParts(_ script: String, _ capabilities: String, _ expected: [String]) {
        #expect(ExtensionTrial(capabilities, script).diagnostics == expected)
    }

    private func redirection(_ tags: String) -> [String] {
        let trial = ExtensionTrial(
            "redirect-dsn redirect-deliverby copy variables",
            "set \"v\" \"NEVER\"; redirect \(tags) \"a@b.org\";")
        guard let result = trial.result else { return trial.diagnostics }
        if let failure = result.failure { return [failure.message] }
        guard case .redirect(let redirect)? = result.actions.first?.kind else { return [] }
        var text = [redirect.notify ?? "-", redirect.returns ?? "-"]
        if let by = redirect.deliverBy { text.append("\(by.seconds) \(by.returnsMessage) \(by.traces)") }
        return text
    }

    @Test(
        "redirect asks to be told (RFC 6009 §5)",
        arguments: [
            ("", ["-", "-"]), (":notify \"NEVER\"", ["NEVER", "-"]),
            (":notify \"success,Delay\"", ["SUCCESS,DELAY", "-"]),
            (":notify \"FAILURE , DELAY\" :ret \"full\"", ["FAILURE,DELAY", "FULL"]),
            (":ret \"HDRS\"", ["-", "HDRS"]),
            (":notify \"${v}\" :copy", ["NEVER", "-"]),
        ])
    func asks(_ tags: String, _ expected: [String]) {
        #expect(redirection(tags) == expected)
    }

    @Test(
        "redirect sets a time (RFC 6009 §6)",
        arguments: [
            (":bytimerelative 600", "600 false false"),
            (":bytimerelative 600 :bymode \"return\"", "600 true false"),
            (":bymode \"NOTIFY\" :bytrace :bytimerelative 1", "1 false true"),
            (":bytimeabsolute \"2010-10-20T20:41:00+02:00\"", "60 false false"),
            (":bytimeabsolute \"2010-10-20T18:41:00Z\" :bymode \"return\" :bytrace", "60 true true"),
            (":bytimeabsolute \"2010-10-20T18:39:00+0000\"", "-60 false false"),
            (":bytimerelative 4G", "999999999 false false"),
        ])
    func time(_ tags: String, _ expected: String) {
        #expect(redirection(tags) == ["-", "-", expected])
    }

    @Test("a time that is over cannot return the message (RFC 2852 §4.1)")
    func over() {
        let message = "redirect: the time for the delivery is over"
        #expect(redirection(":bytimeabsolute \"2010-10-20T18:39:00Z\" :bymode \"return\"") == [message])
        #expect(redirection(":notify \"${v}x\"") == ["redirect: \"NEVERx\" asks for nothing that there is"])
    }

    @Test(
        "what is wrong with the tags (RFC 6009 §5, §6)",
        arguments: [
            (":notify \"ALWAYS\"", "invalid-delivery-request"),
            (":notify \"NEVER,DELAY\"", "invalid-delivery-request"),
            (":notify \"\"", "invalid-delivery-request"), (":notify 1", "wrong-argument"),
            (":ret \"ALL\"", "invalid-delivery-request"), (":bymode \"return\"", "invalid-delivery-request"),
            (":bytrace", "invalid-delivery-request"),
            (":bymode \"x\" :bytimerelative 1", "invalid-delivery-request"),
            (":bytimerelative 1 :bytimeabsolute \"2010-10-20T18:39:00Z\"", "invalid-delivery-request"),
            (":bytimeabsolute \"tomorrow\"", "invalid-delivery-request"),
            (":bytimerelative \"1\"", "wrong-argument"),
        ])
    func wrongTags(_ tags: String, _ expected: String) {
        #expect(redirection(tags) == [expected])
    }

    @Test(
        "times of ISO 8601 (RFC 3339 §5.6)",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2010-10-20T18:40:00+00:00", 1_287_600_000),
            ("2000-02-29T12:00:00+1200", 951_782_400),
            ("2000-03-01t00:00:00z", 951_868_800), ("1969-12-31T23:59:59Z", -1),
            ("9999-12-31T23:59:60-00:00", 253_402_300_800),
            ("2010-13-01T00:00:00Z", nil), ("2010-00-01T00:00:00Z", nil), ("2010-10-32T00:00:00Z", nil),
            ("2010-10-20T24:00:00Z", nil), ("2010-10-20T18:40:00", nil), ("2010-10-20T18:40:00+2", nil),
            ("", nil),
            ("2010-10-20 18:40:00Z", nil), ("2010-10-20T18:40:00.5Z", nil), ("-010-10-20T18:40:00Z", nil),
        ] as [(String, Int64?)])
    func times(_ text: String, _ expected: Int64?) {
        #expect(ISO8601Time.seconds([UInt8](text.utf8)) == expected)
    }

    @Test("any octets are read without harm")
    func anyOctets() {
        var generator = SeededGenerator(6009)
        for _ in 0..<2000 {
            var bytes = [UInt8]("2010-10-20T18:40:00+02:00".utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
            if let seconds = ISO8601Time.seconds(bytes) { #expect(seconds < 300_000_000_000) }
        }
    }
}
