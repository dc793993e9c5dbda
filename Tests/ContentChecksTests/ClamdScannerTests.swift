import Platform
import TestSupport
import Testing

@testable import ContentChecks

@Suite("clients of clamd")
struct ClamdScannerTests {
    let root: TemporaryDirectory
    private var path: String { root.path("clamd.sock") }
    private var name: String { "clamd unix:\(path)" }

    init() throws { root = try TemporaryDirectory() }

    private func scan(
        _ octets: [UInt8] = message(), at servers: [ScannerAddress]? = nil,
        _ method: ClamdScanner.Method = .auto, milliseconds: Int = 20_000
    ) -> Result<VirusAnswer, ScannerFailure> {
        outcome { () throws(ScannerFailure) in
            try ClamdScanner(servers: servers ?? [.local(path: path)], method: method)
                .scan(ScannedMessage(SharedBytes(octets)), until: Deadline(milliseconds: milliseconds))
        }
    }

    private func scan(
        _ answer: FakeAnswer, milliseconds: Int = 20_000
    ) throws -> Result<
        VirusAnswer, ScannerFailure
    > {
        let server = try FakeServer(at: path) { end, _ in answer.act(&end) }
        defer { server.end() }
        return scan(milliseconds: milliseconds)
    }

    private func failure(
        _ reason: ScannerFailure.Reason, _ detail: String = ""
    ) -> Result<
        VirusAnswer, ScannerFailure
    > {
        .failure(ScannerFailure(reason, scanner: name, detail))
    }

    // MARK: - One server

    @Test("what clamd says, in one piece or byte by byte")
    func answers() throws {
        #expect(try scan(.says("stream: OK\0")) == .success(.clean))
        #expect(try scan(.says("stream: Eicar FOUND\0")) == .success(.found(name: "Eicar")))
        #expect(try scan(.saysSlowly("stream: OK\0", 2)) == .success(.clean))
        #expect(try scan(.saysSlowly("stream: Eicar FOUND\0", 2)) == .success(.found(name: "Eicar")))
        #expect(try scan(.says("stream: Out of paper ERROR\0")) == failure(.declined, "stream: Out of paper"))
        #expect(
            try scan(.says("stream: Heuristics.Limits.Exceeded.MaxFiles FOUND\0"))
                == failure(.declined, "Heuristics.Limits.Exceeded.MaxFiles"))
    }

    @Test("an answer that comes in two pieces, wherever it is cut, is one answer")
    func cuts() throws {
        let answer = "stream: Some.Virus FOUND\0"
        let server = try FakeServer(at: path) { end, number in
            _ = end.takeStream()
            let octets = Array(answer.utf8)
            end.write(Array(octets.prefix(number)))
            pause(milliseconds: 5)
            end.write(Array(octets.dropFirst(number)))
        }
        defer { server.end() }
        for _ in 0...answer.utf8.count { #expect(scan() == .success(.found(name: "Some.Virus"))) }
    }

    @Test(
        "an answer without its end is none, at whatever place the connection ends",
        arguments: ["stream: OK", "stream: Eicar FOUND", "stream: x ERROR"])
    func truncated(answer: String) throws {
        let server = try FakeServer(at: path) { end, number in
            _ = end.takeStream()
            end.write(Array(answer.utf8.prefix(number)))
        }
        defer { server.end() }
        for count in 0...answer.utf8.count {
            #expect(scan() == failure(.cutOff, String(answer.prefix(count))))
        }
    }

    @Test(
        "two answers are none",
        arguments: ["stream: OK\0stream: OK\0", "stream: OK\0stream: Eicar FOUND\0", "stream: OK\0\n"])
    func twice(answer: String) throws {
        #expect(
            try scan(.says(answer))
                == failure(.unintelligible, answer.replacing("\0", with: "?").replacing("\n", with: "?")))
    }

    @Test(
        "garbage is an error",
        arguments: ["220 mail ESMTP\r\n\0", "\0", "HTTP/1.1 200 OK\r\n\r\n\0", "UNKNOWN COMMAND\0"])
    func garbage(answer: String) throws {
        guard case .failure(let failure) = try scan(.says(answer)) else {
            Issue.record("an answer")
            return
        }
        #expect(failure.reason == .unintelligible)
    }

    @Test("an endless answer ends")
    func endless() throws {
        let server = try FakeServer(at: path) { end, _ in
            _ = end.takeStream()
            while end.write([UInt8](repeating: UInt8(ascii: "x"), count: 4096)) {}
        }
        defer { server.end() }
        #expect(scan() == failure(.unintelligible, "it answers too much"))
    }

    @Test(
        "a server that hangs, or answers a byte now and then, has until the deadline", .timeLimit(.minutes(1))
    )
    func slow() throws {
        for answer in [FakeAnswer.hangs, .saysSlowly("stream: Some.Long.Name.Of.A.Virus FOUND\0", 200)] {
            let start = SteadyTime.now()
            #expect(try scan(answer, milliseconds: 300) == failure(.tooSlow))
            #expect((300..<10_000).contains(SteadyTime.now().milliseconds - start.milliseconds))
        }
    }

    @Test("a server that does not read has until the deadline", .timeLimit(.minutes(1)))
    func stuck() throws {
        let server = try FakeServer(at: path) { _, _ in pause(milliseconds: 600) }
        defer { server.end() }
        #expect(scan([UInt8](repeating: 10, count: 1 << 24), milliseconds: 300) == failure(.tooSlow))
    }

    @Test("a server that closes its own direction has said what it had to say")
    func halfClosing() throws {
        #expect(try scan(.halfCloses("stream: OK\0")) == .success(.clean))
        #expect(try scan(.halfCloses("stream: OK")) == failure(.cutOff, "stream: OK"))
        #expect(try scan(.halfCloses("")) == failure(.cutOff))
        // Before it has all of the message, too.
        let server = try FakeServer(at: root.path("other")) { end, _ in
            end.finishWriting()
            pause(milliseconds: 100)
        }
        defer { server.end() }
        guard
            case .failure(let failure) = scan(
                [UInt8](repeating: 10, count: 1 << 24), at: [.local(path: root.path("other"))])
        else {
            Issue.record("an answer")
            return
        }
        #expect(failure.reason == .cutOff)
    }

    @Test("that nothing is found counts only where clamd had all of the message; a virus counts at once")
    func hasty() throws {
        let large = [UInt8](repeating: 10, count: 1 << 24)
        for (answer, expected) in [
            ("stream: OK\0", failure(.unintelligible, "it answers before it has the message")),
            ("stream: Eicar FOUND\0", .success(.found(name: "Eicar"))),
        ] {
            let server = try FakeServer(at: path) { end, _ in
                _ = end.read(20)
                end.write(answer)
                pause(milliseconds: 100)
            }
            #expect(scan(large) == expected)
            server.end()
        }
    }

    @Test("nobody there is told with the reason")
    func unreachable() throws {
        #expect(scan() == failure(.unreachable, "No such file or directory"))
        try root.write("clamd.sock", "")
        #expect(scan() == failure(.unreachable, "Connection refused"))
        let port = try Listener.Place().port
        let address = ScannerAddress.network(host: "127.0.0.1", port: port)
        #expect(
            scan(at: [address])
                == .failure(
                    ScannerFailure(.unreachable, scanner: "clamd 127.0.0.1:\(port)", "Connection refused")))
    }

    @Test("clamd is reached by TCP, also where a name has an address that nobody listens on")
    func network() throws {
        // localhost is ::1 first, where nobody is.
        for host in ["127.0.0.1", "localhost"] {
            let server = try FakeServer { end, _ in FakeAnswer.says("stream: OK\0").act(&end) }
            #expect(scan(at: [.network(host: host, port: server.port)]) == .success(.clean))
            server.end()
        }
    }

    // MARK: - How the message goes there

    @Test(
        "a file goes as a descriptor where the socket is local, else as a stream", arguments: [true, false])
    func descriptor(isLocal: Bool) throws {
        let serve: @Sendable (inout FarEnd, Int) -> Void = { end, _ in
            let (bytes, file) = end.readWithFile()
            if bytes == Array("zFILDES\0\0".utf8), file == Array("trace\n".utf8) + message() {
                end.write("fd[12]: By.Descriptor FOUND\0")
            } else if bytes.starts(with: "zINSTREAM\0".utf8) {
                end.write("stream: By.Stream FOUND\0")
            }
        }
        let server = isLocal ? try FakeServer(at: path, serve) : try FakeServer(serve)
        defer { server.end() }
        let address =
            isLocal ? ScannerAddress.local(path: path) : .network(host: "127.0.0.1", port: server.port)
        for (method, how) in [
            (ClamdScanner.Method.auto, isLocal ? "By.Descriptor" : "By.Stream"),
            (.descriptor, isLocal ? "By.Descriptor" : "By.Stream"), (.stream, "By.Stream"),
        ] {
            let file = try OwnedFileDescriptor(
                reading: try root.write("file", "trace\n" + String(decoding: message(), as: UTF8.self)))
            let scanned = ScannedMessage(SharedBytes(message()), file: file)
            let answer = try ClamdScanner(servers: [address], method: method)
                .scan(scanned, until: Deadline(milliseconds: 20_000))
            #expect(answer == .found(name: how))
        }
    }

    @Test("a message that is in memory gets a file where a descriptor is asked for, else a stream")
    func memory() throws {
        let server = try FakeServer(at: path) { end, _ in
            let (bytes, file) = end.readWithFile()
            let isDescriptor = bytes == Array("zFILDES\0\0".utf8) && file == message()
            end.write(isDescriptor ? "fd[12]: By.Descriptor FOUND\0" : "stream: By.Stream FOUND\0")
        }
        defer { server.end() }
        #expect(scan(message(), at: nil, .descriptor) == .success(.found(name: "By.Descriptor")))
        #expect(scan(message(), at: nil, .auto) == .success(.found(name: "By.Stream")))
        #expect(scan(message(), at: nil, .stream) == .success(.found(name: "By.Stream")))
    }

    @Test("a server that cannot read a descriptor is given a stream, where the method leaves the choice")
    func accessDenied() throws {
        let server = try FakeServer(at: path) { end, _ in
            let (bytes, file) = end.readWithFile()
            if file != nil {
                end.write("fd[12]: Access denied. ERROR\0")
            } else if bytes.starts(with: "zINSTREAM\0".utf8) {
                end.write("stream: By.Stream FOUND\0")
            }
        }
        defer { server.end() }
        for (method, expected) in [
            (
                ClamdScanner.Method.auto,
                Result<VirusAnswer, ScannerFailure>.success(.found(name: "By.Stream"))
            ),
            (.descriptor, failure(.declined, "fd[12]: Access denied.")),
        ] {
            let file = try OwnedFileDescriptor(reading: try root.write("file", "x"))
            let scanned = ScannedMessage(SharedBytes(Array("x".utf8)), file: file)
            let scanner = ClamdScanner(servers: [.local(path: path)], method: method)
            let result: Result<VirusAnswer, ScannerFailure>
            do throws(ScannerFailure) {
                result = .success(try scanner.scan(scanned, until: Deadline(milliseconds: 20_000)))
            } catch {
                result = .failure(error)
            }
            #expect(result == expected)
        }
    }

    // MARK: - Several servers

    /// Has servers answer one after the other, and gives what the scanner makes of it, and who was asked.
    private func scan(
        _ answers: [FakeAnswer?], milliseconds: Int = 20_000
    ) throws -> (result: Result<VirusAnswer, ScannerFailure>, asked: [Int]) {
        var addresses: [ScannerAddress] = []
        var servers: [FakeServer?] = []
        for (index, answer) in answers.enumerated() {
            let path = root.path("server-\(index)")
            addresses.append(.local(path: path))
            servers.append(
                try answer.map { answer in try FakeServer(at: path) { end, _ in answer.act(&end) } })
        }
        let result = scan(at: addresses, milliseconds: milliseconds)
        return (result, servers.map { $0?.end() ?? 0 })
    }

    @Test(
        "a server that says nothing of the message leaves it to the next one",
        arguments: [
            FakeAnswer?.none, .hangsUp, .says("stream: x ERROR\0"), .says("garbage\0"), .says("stream: OK"),
            .halfCloses(""), .says("stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0"),
        ])
    func failover(first: FakeAnswer?) throws {
        let (clean, askedForClean) = try scan([first, .says("stream: OK\0"), .says("stream: X FOUND\0")])
        #expect(clean == .success(.clean))
        #expect(askedForClean.dropFirst() == [1, 0])
        let (found, askedForFound) = try scan([first, .says("stream: X FOUND\0"), .says("stream: OK\0")])
        #expect(found == .success(.found(name: "X")))
        #expect(askedForFound.dropFirst() == [1, 0])
    }

    @Test("the first that knows is believed")
    func final() throws {
        let (result, asked) = try scan([.says("stream: X FOUND\0"), .says("stream: OK\0")])
        #expect(result == .success(.found(name: "X")))
        #expect(asked == [1, 0])
    }

    @Test("a server that hangs leaves time for the next one", .timeLimit(.minutes(1)))
    func sharing() throws {
        let start = SteadyTime.now()
        let (result, asked) = try scan([.hangs, .hangs, .says("stream: X FOUND\0")], milliseconds: 3000)
        #expect(result == .success(.found(name: "X")))
        #expect(asked == [1, 1, 1])
        #expect((1900..<3000).contains(SteadyTime.now().milliseconds - start.milliseconds))
    }

    @Test("where nobody knows, all of them are named, within the deadline", .timeLimit(.minutes(1)))
    func nobody() throws {
        let start = SteadyTime.now()
        let (result, _) = try scan([nil, .says("garbage\0"), .hangs], milliseconds: 2000)
        let names = (0..<3).map { "clamd unix:\(root.path("server-\($0)"))" }
        let detail =
            "\(names[0]): unreachable: No such file or directory; \(names[1]): unintelligible: garbage; "
            + "\(names[2]): too slow"
        #expect(result == .failure(ScannerFailure(.tooSlow, scanner: "clamd", detail)))
        #expect((1900..<10_000).contains(SteadyTime.now().milliseconds - start.milliseconds))
        #expect(scan(at: []) == .failure(ScannerFailure(.unreachable, scanner: "clamd", "nobody was asked")))
    }

    @Test("no time is no answer")
    func noTime() throws {
        #expect(
            scan(milliseconds: 0) == .failure(ScannerFailure(.tooSlow, scanner: "clamd", "nobody was asked")))
    }

    // MARK: - Questions about the server

    @Test("PING and VERSION")
    func questions() throws {
        let server = try FakeServer(at: path) { end, number in
            let command = end.takeCommand()
            switch (command, number) {
            case ("PING", 0): end.write("PONG\0")
            case ("VERSION", 1): end.write("ClamAV 1.4.6/27800/Mon Sep 28 08:00:00 2026\0")
            case ("PING", 2): end.write("PANG\0")
            default: end.write("220 mail.example.org\0")
            }
        }
        defer { server.end() }
        let clamd = ClamdScanner(servers: [.local(path: path)]).servers[0]
        let deadline = Deadline(milliseconds: 20_000)
        try clamd.ping(until: deadline)
        #expect(try clamd.version(until: deadline) == "ClamAV 1.4.6/27800/Mon Sep 28 08:00:00 2026")
        #expect(throws: ScannerFailure(.unintelligible, scanner: name, "PANG")) {
            try clamd.ping(until: deadline)
        }
        #expect(throws: ScannerFailure(.unintelligible, scanner: name, "220 mail.example.org")) {
            try clamd.version(until: deadline)
        }
    }
}
