import MailTransport
import Platform
import Synchronization
import TestSupport
import Testing

@testable import MailNetwork

/// All that talks to fakes, one test after the other: they count connections, and have many threads.
@Suite(.serialized) enum Networking {}

/// A carrier that is closed when it goes, with times that no peer exceeds which says anything at all.
func withCarrier<Value>(
    _ adjust: (inout NetworkOptions) -> Void = { _ in }, suspended: [Suspension] = [],
    _ body: (NetworkCarrier) throws -> Value
) rethrows -> Value {
    var options = NetworkOptions()
    options.helo = "client.example"
    options.connectTimeout = 30
    options.replyTimeout = 60
    options.idleTimeout = 60
    adjust(&options)
    let carrier = NetworkCarrier(options, suspended: suspended)
    defer { carrier.close() }
    return try body(carrier)
}

let messageHead = Array("Received: by us\r\n".utf8)

func message(
    _ number: Int = 1, to recipients: [String] = ["you@example.org"], size: Int = 0
) -> OutgoingMail {
    var body = Array("Subject: \(number)\n\nHello\n.\n..dots\n".utf8)
    while body.count < size {
        body += Array("This line makes the message longer, and then longer still.\n".utf8)
    }
    return OutgoingMail(
        sender: "me@example.com", recipients: recipients.map { OutgoingMail.Recipient($0) },
        head: messageHead,
        body: SharedBytes(body))
}

/// What a peer must have got: lines that end in CR LF.
func transferred(_ mail: OutgoingMail) -> [UInt8] {
    var bytes: [UInt8] = []
    for byte in mail.head + mail.body.array(0..<mail.body.count) where byte != UInt8(ascii: "\r") {
        if byte == UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\r")) }
        bytes.append(byte)
    }
    return bytes
}

extension TransportResult {
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isTemporary: Bool { if case .temporaryFailure = self { true } else { false } }
    var isPermanent: Bool { if case .permanentFailure = self { true } else { false } }
}

/// Calls `body` for all numbers below `count`, on so many threads.
func inParallel(_ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let next = Next()
    let workers = (0..<threads).map { _ in
        Thread {
            while true {
                let index = next.take()
                guard index < count else { return }
                body(index)
            }
        }
    }
    for worker in workers { _ = worker.join() }
}

private final class Next: Sendable {
    private let value = Atomic(0)
    func take() -> Int { value.add(1, ordering: .relaxed).oldValue }
}

/// Waits until something is so; false if it is not within a time.
func eventually(milliseconds: Int = 30_000, _ condition: () -> Bool) -> Bool {
    let deadline = Deadline(milliseconds: milliseconds)
    while !condition() {
        if deadline.hasPassed { return false }
        pause(milliseconds: 5)
    }
    return true
}

/// Milliseconds that something takes.
func duration(_ body: () -> Void) -> Int {
    let begin = SteadyTime.now()
    body()
    return SteadyTime.now().milliseconds - begin.milliseconds
}
