/// One way in which a peer goes wrong, and what has to become of a message then.
struct HostileCase: Sendable {
    enum Expectation: Sendable {
        /// Tried again, and delivered; also if the peer has it already, and nobody heard of it.
        case delivery
        /// Returned to its sender.
        case bounce
        /// Either of them.
        case either
    }

    let name: String
    /// As the sink reads it.
    let fault: String
    var expectation = Expectation.delivery

    /// After every number of bytes that a server sends in a whole dialogue.
    static func stops(_ bytes: Int) -> [HostileCase] {
        (0...bytes).flatMap { count in
            ["close", "reset", "hang"].map {
                HostileCase(
                    name: "\($0) after \(count) bytes", fault: #"{"stop": \#(count), "how": "\#($0)"}"#)
            }
        }
    }

    static let steps = ["greeting", "hello", "mail", "rcpt", "data", "end", "quit"]

    static let misbehaviours =
        breaks + steps.flatMap(answers) + steps.flatMap(delays) + encryption + [
            HostileCase(name: "all answers before anything is asked", fault: #"{"early": true}"#)
        ]

    private static let breaks = [0, 1, 50, 200, 400].flatMap { count in
        ["close", "reset", "hang"].map {
            HostileCase(
                name: "\($0) after \(count) bytes of the message",
                fault: #"{"read": \#(count), "how": "\#($0)"}"#)
        }
    }

    private static func answer(
        _ step: String, _ text: String, _ what: String, _ expectation: Expectation = .delivery
    ) -> HostileCase {
        HostileCase(
            name: "\(what) at \(step)", fault: #"{"at": "\#(step)", "reply": "\#(text)"}"#,
            expectation: step == "quit" ? .delivery : expectation)
    }

    private static func answers(_ step: String) -> [HostileCase] {
        // What a server says of a session is not said of the message.
        let isOfSession = step == "greeting" || step == "hello"
        return [
            answer(step, #"450 4.2.0 later\r\n"#, "450"),
            answer(step, #"421 4.3.2 closing\r\n"#, "421"),
            answer(step, #"550 5.7.1 never\r\n"#, "550", isOfSession ? .either : .bounce),
            answer(
                step, #"554-5.7.1 never\r\n554 5.7.1 ever\r\n"#, "554 in two lines",
                isOfSession ? .either : .bounce),
            answer(step, #"250-a\r\n550 b\r\n"#, "two codes in one answer"),
            answer(step, #"\r\n"#, "an empty line"),
            answer(step, #"hello there\r\n"#, "an answer without a code"),
            answer(step, #"2\r\n"#, "one digit"),
            answer(step, #"25x 1\r\n"#, "no number"),
            answer(step, #"050 what\r\n"#, "code 050"),
            answer(step, #"650 what\r\n"#, "code 650"),
            answer(step, #"999 what\r\n"#, "code 999"),
            answer(step, #"150 what\r\n"#, "code 150"),
            answer(step, #"\u0000\u0000\u0000\r\n"#, "NUL"),
            answer(step, #"4\u000050 later\r\n"#, "NUL within a code"),
            answer(step, #"550 \u00ff\u00fe\u0080\u001b[31m\r\n"#, "an answer that is not UTF-8", .either),
            answer(step, "450 " + String(repeating: "x", count: 20_000) + #"\r\n"#, "a long line"),
            answer(
                step, "550 " + String(repeating: "x", count: 20_000) + #"\r\n"#, "a long refusal", .either),
            answer(step, String(repeating: #"450-x\r\n"#, count: 2000) + #"450 x\r\n"#, "2,000 lines"),
        ]
    }

    private static func delays(_ step: String) -> [HostileCase] {
        [
            #""delay": 2.5"#, #""drip": 0.2"#, #""flood": "2""#, #""flood": "250-x\r\n""#,
            #""flood": "\u0000""#,
            #""flood": "\r\n""#, #""flood": "250 x\r\n""#, #""noise": 1"#, #""noise": 2"#, #""deaf": true"#,
        ].map {
            HostileCase(name: "\($0) at \(step)", fault: #"{"at": "\#(step)", \#($0)}"#, expectation: .either)
        }
    }

    /// An offer of STARTTLS that comes to nothing.
    private static let encryption = [
        #""reply": "220 go\r\n""#, #""reply": "220 go\r\n250 x\r\n250 x\r\n354 x\r\n250 x\r\n""#,
        #""reply": "454 no\r\n""#, #""reply": "554 no\r\n""#, #""delay": 2.5"#, #""noise": 3"#,
        #""reply": "220 go\r\n\u0015\u0003\u0003\u0000\u0002\u0002\u0028""#,
    ].map { HostileCase(name: "\($0) at starttls", fault: #"{"at": "starttls", \#($0)}"#) }
}
