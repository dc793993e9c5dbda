import Foundation

/// A sendmail program that keeps what it is given, or fails, and records how it was called.
struct FakeSendmail {
    /// A message that was handed over.
    struct Sent {
        let arguments: [String]
        let message: String
    }

    private let workplace: Workplace
    var path: String { workplace["sendmail"] }

    init(in workplace: Workplace) throws {
        self.workplace = workplace
        try workplace.makeDirectory("sent", mode: 0o777)
        let script = """
            #!/bin/sh
            read -r status recipient <\(workplace["sendmail-status"])
            for last; do :; done
            case $last in $recipient) exit $status ;; esac
            name=\(workplace["sent"])/$$
            /bin/cat >"$name.message" && for word; do echo "$word"; done >"$name.arguments"

            """
        // As with copies of programs: what is open for writing in this process may not be executed.
        try succeed("/usr/bin/install", ["-m", "755", try workplace.write(script, to: "sendmail.sh"), path])
        try succeeds()
    }

    func succeeds() throws { try fails(0, for: "nobody") }

    /// With an exit status of sysexits.h, for recipients of this pattern.
    func fails(_ status: Int, for recipients: String = "*") throws {
        try workplace.write("\(status) \(recipients)\n", to: "sendmail-status")
    }

    var sent: [Sent] {
        everything(workplace["sent"]).filter { $0.hasSuffix(".arguments") }.map { name in
            Sent(
                arguments: workplace.read("sent/\(name)").split(separator: "\n").map(String.init),
                message: workplace.read("sent/\(name.replacing(".arguments", with: ".message"))"))
        }
    }
}
