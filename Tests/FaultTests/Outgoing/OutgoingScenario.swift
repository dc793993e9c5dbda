import Testing

/// A sweep that sends, with who has to have what in the end.
///
/// `LABEL` stands for the first label of the domains of one case. Domains beneath `refused` are refused for good,
/// those beneath `later` for now; all others are taken.
struct OutgoingScenario: Sendable, CustomTestStringConvertible {
    let name: String
    /// Of the messages, one each.
    let scripts: [String]
    /// Recipients that have to get a message once.
    let recipients: [String]
    /// Words behind `-o` for the sweeps.
    var options: [String] = []
    /// For the deliveries alone.
    var deliveryOptions: [String] = []
    /// Whether what is refused for now is taken in the end.
    var isReleased = false
    /// Messages are this many seconds old when the sweep begins.
    var age = 0.0
    /// Whole messages in the Maildir in the end.
    var stored = 0

    var testDescription: String { name }

    static let sender = "sender@LABEL.example"
    private static let forward = "redirect \"a@LABEL.example\";\n"

    static let all = [
        OutgoingScenario(
            name: "a forwarded message", scripts: [forward], recipients: ["a@LABEL.example"]),
        OutgoingScenario(
            name: "a message to two, and one that was kept for later",
            scripts: [
                """
                require "copy";
                redirect :copy "a@LABEL.example";
                redirect :copy "b@LABEL.example";

                """
            ], recipients: ["a@LABEL.example", "b@LABEL.example"], deliveryOptions: Scenario.full, stored: 1),
        OutgoingScenario(
            name: "six messages, many at a time",
            scripts: (1...6).map { "redirect \"a\($0)@LABEL.example\";\n" },
            recipients: (1...6).map { "a\($0)@LABEL.example" }, options: ["retry.workers=20"]),
        OutgoingScenario(
            name: "a refusal that is reported", scripts: ["redirect \"a@LABEL.refused\";\n"],
            recipients: [sender]),
        OutgoingScenario(
            name: "the end of a lifetime", scripts: ["redirect \"a@LABEL.later\";\n"], recipients: [sender],
            options: ["retry.expire=1s"], age: 2.1),
        OutgoingScenario(
            name: "a notice of delay", scripts: ["redirect \"a@LABEL.later\";\n"],
            recipients: [sender, "a@LABEL.later"], options: ["retry.warn=1s"], isReleased: true, age: 2.1),
        OutgoingScenario(
            name: "an answer, and a copy with another header",
            scripts: [
                """
                require ["vacation", "editheader", "copy"];
                addheader "X-Tag" "tagged";
                redirect "a@LABEL.example";
                vacation :addresses "user@example.net" "I am away.";

                """
            ], recipients: ["a@LABEL.example", sender]),
    ]
}
