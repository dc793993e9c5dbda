import Platform
import TestSupport
import Testing

@testable import ContentChecks

/// What has gone wrong between other clients and clamd, each as it happened to them.
@Suite("what goes wrong between a client and clamd")
struct ClamdGotchaTests {
    let root: TemporaryDirectory
    private var path: String { root.path("clamd.sock") }

    init() throws { root = try TemporaryDirectory() }

    private func scan(
        _ octets: [UInt8], at servers: [ScannerAddress]? = nil, milliseconds: Int = 20_000
    ) -> Result<VirusAnswer, ScannerFailure> {
        outcome { () throws(ScannerFailure) in
            try ClamdScanner(servers: servers ?? [.local(path: path)])
                .scan(ScannedMessage(SharedBytes(octets)), until: Deadline(milliseconds: milliseconds))
        }
    }

    private func declined(_ detail: String, _ name: String? = nil) -> Result<VirusAnswer, ScannerFailure> {
        .failure(ScannerFailure(.declined, scanner: name ?? "clamd unix:\(path)", detail))
    }

    private static let tooLarge = "INSTREAM size limit exceeded. ERROR\0"

    @Test(
        "(a) a refusal that comes before the end of the message is read, although writing fails",
        arguments: [true, false], [true, false])
    func refusalBeforeTheEnd(isLocal: Bool, resets: Bool) throws {
        let serve: @Sendable (inout FarEnd, Int) -> Void = { end, _ in
            _ = end.takeCommand()
            _ = end.takeLength()
            if resets { end.willReset() }
            end.write(Self.tooLarge)
            // It closes with the message unread. A reset that overtakes the answer is nobody's fault.
            if resets { pause(milliseconds: 50) }
        }
        let server = isLocal ? try FakeServer(at: path, serve) : try FakeServer(serve)
        defer { server.end() }
        let address =
            isLocal ? ScannerAddress.local(path: path) : .network(host: "127.0.0.1", port: server.port)
        for size in [100, 1 << 20, 1 << 25] {
            #expect(
                scan([UInt8](repeating: 10, count: size), at: [address])
                    == declined("INSTREAM size limit exceeded.", "clamd \(address.text)"))
        }
    }

    @Test("(b) no chunk but the last one is empty, and that one is there for an empty message, too")
    func emptyChunk() throws {
        for size in [
            0, 1, ClamdServer.chunk - 1, ClamdServer.chunk, ClamdServer.chunk + 1, 3 * ClamdServer.chunk,
        ] {
            let server = try FakeServer(at: path) { end, _ in
                let command = end.takeCommand()
                let chunks = end.takeChunks()
                let sizes = chunks?.map(\.count) ?? [-1]
                end.write("stream: \(command ?? "").\(sizes.map(String.init).joined(separator: ".")) FOUND\0")
            }
            var left = size
            var sizes: [Int] = []
            while left > 0 {
                sizes.append(min(left, ClamdServer.chunk))
                left -= sizes[sizes.count - 1]
            }
            let text = sizes.map(String.init).joined(separator: ".")
            #expect(
                scan([UInt8](repeating: 10, count: size)) == .success(.found(name: "INSTREAM." + text)))
            server.end()
        }
    }

    @Test("(c) what is written in part is completed: the framing holds, whatever the server takes at once")
    func partialWrites() throws {
        var random = SeededGenerator(seed: 5)
        let octets = (0..<(ClamdServer.chunk * 2 + 12_345)).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        let server = try FakeServer(at: path) { end, _ in
            // Small bites, and nothing for a while.
            pause(milliseconds: 50)
            end.write(end.takeStream() == octets ? "stream: OK\0" : "stream: Wrong.Framing FOUND\0")
        }
        defer { server.end() }
        #expect(scan(octets) == .success(.clean))
    }

    @Test("(d) a limit of 0, which refuses everything, is a scanner that cannot look, and another may")
    func limitOfZero() throws {
        let refusing = try FakeServer(at: path) { end, _ in
            _ = end.takeCommand()
            end.write(Self.tooLarge)
        }
        defer { refusing.end() }
        #expect(scan(message()) == declined("INSTREAM size limit exceeded."))
        let other = try FakeServer(at: root.path("other")) { end, _ in
            FakeAnswer.says("stream: OK\0").act(&end)
        }
        defer { other.end() }
        #expect(
            scan(message(), at: [.local(path: path), .local(path: root.path("other"))]) == .success(.clean))
    }

    @Test(
        "(e) a server that is busy with its signatures is waited for, but not for ever",
        .timeLimit(.minutes(1)))
    func reload() throws {
        let server = try FakeServer(at: path) { end, _ in
            pause(milliseconds: 300)
            FakeAnswer.says("stream: OK\0").act(&end)
        }
        #expect(scan(message()) == .success(.clean))
        let start = SteadyTime.now()
        #expect(
            scan(message(), milliseconds: 100)
                == .failure(ScannerFailure(.tooSlow, scanner: "clamd unix:\(path)")))
        #expect(SteadyTime.now().milliseconds - start.milliseconds < 5000)
        server.end()
    }

    @Test(
        "(f) a reply that nobody knows is an error: not a virus, and not clean",
        arguments: [
            "stream: /tmp/clamav-1234: No such file or directory\0", "UNKNOWN COMMAND\0",
            "stream: Infected\0",
            "stream: Win.Virus FOUND \0", "COMMAND READ TIMED OUT\0",
        ])
    func unknownReply(reply: String) throws {
        let server = try FakeServer(at: path) { end, _ in FakeAnswer.says(reply).act(&end) }
        defer { server.end() }
        guard case .failure(let failure) = scan(message()) else {
            Issue.record("an answer")
            return
        }
        #expect(failure.reason == .unintelligible)
        #expect(!failure.detail.isEmpty)
    }

    @Test("(g) a client that gives up hangs up, so that clamd can clear away what it has of the message")
    func hangingUp() throws {
        let server = try FakeServer(at: path) { end, _ in
            let stream = end.takeStream()
            // Ends when the client hangs up.
            end.hang()
            #expect(stream == message())
        }
        #expect(
            scan(message(), milliseconds: 100)
                == .failure(ScannerFailure(.tooSlow, scanner: "clamd unix:\(path)")))
        let start = SteadyTime.now()
        server.end()
        #expect(SteadyTime.now().milliseconds - start.milliseconds < 5000)
    }

    @Test("(h) clamd has the message octet by octet as it is, with the line ends that it has")
    func rawMessage() throws {
        let bare = "From: a@b.example\nContent-Type: text/plain\n\n.\n..\nFrom x\n\0\u{FF}\nlast"
        for text in [bare, bare.replacing("\n", with: "\r\n")] {
            let octets = Array(text.utf8)
            let server = try FakeServer(at: path) { end, _ in
                end.write(end.takeStream() == octets ? "stream: OK\0" : "stream: Changed FOUND\0")
            }
            #expect(scan(octets) == .success(.clean))
            server.end()
        }
    }
}
