import Platform
import TestSupport
import Testing

@testable import ContentChecks

@Suite("clients of ICAP")
struct ICAPScannerTests {
    private typealias Verdict = Result<VirusAnswer, ScannerFailure>

    private func scan(
        _ octets: [UInt8], at servers: [UInt16], milliseconds: Int = 20_000
    ) -> Result<VirusAnswer, ScannerFailure> {
        let services = servers.compactMap { ICAPService(text: "icap://127.0.0.1:\($0)/avscan") }
        return outcome { () throws(ScannerFailure) in
            try ICAPScanner(services: services)
                .scan(ScannedMessage(SharedBytes(octets)), until: Deadline(milliseconds: milliseconds))
        }
    }

    /// A server that answers OPTIONS so, and a message with `answer`, which is given the request.
    private func server(
        options: String = ICAPAnswer.options, answer: @escaping @Sendable (ICAPAsked) -> [UInt8]
    ) throws -> FakeServer {
        try FakeServer { end, _ in
            while var asked = end.takeRequest() {
                if asked.method == "OPTIONS" {
                    end.write(options)
                    if options.contains("close") { return }
                    continue
                }
                if let preview = asked.field("Preview").flatMap({ Int($0) }), asked.body.count == preview,
                    !asked.isWhole
                {
                    end.write("ICAP/1.0 100 Continue\r\n\r\n")
                    guard end.takeBody(&asked) else { return }
                }
                end.write(answer(asked))
            }
        }
    }

    private func scan(
        _ octets: [UInt8] = message(), options: String = ICAPAnswer.options, says answer: String
    ) throws -> (Result<VirusAnswer, ScannerFailure>, String) {
        let server = try server(options: options) { _ in Array(answer.utf8) }
        defer { server.end() }
        return (scan(octets, at: [server.port]), "icap://127.0.0.1:\(server.port)/avscan")
    }

    // MARK: - What goes there

    @Test(
        "the message goes there in whole, whatever its size, with a preview, or without",
        arguments: [0, 1, 1024, .max])
    func request(preview: Int) throws {
        let options =
            preview == .max
            ? ICAPAnswer.options.replacing("Preview: 1024\r\n", with: "")
            : ICAPAnswer.options.replacing("1024", with: "\(preview)")
        let pattern = (0..<(3 << 18)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for size in [0, 1, 1023, 1024, 1025, 1 << 18, (1 << 18) + 1, 3 << 18] {
            let octets = Array(pattern.prefix(size))
            let server = try server(options: options) { asked in
                let isRight = asked.body == octets && asked.isWhole == (preview != .max && size <= preview)
                return Array((isRight ? ICAPAnswer.clean : ICAPAnswer.page("X-Virus-ID: Wrong")).utf8)
            }
            #expect(scan(octets, at: [server.port]) == .success(.clean), "\(size)")
            #expect(server.end() == 1)
        }
    }

    @Test("a request says what RFC 3507 wants to know")
    func fields() throws {
        let port = try Listener.Place().port
        let service = try #require(ICAPService(text: "icap://127.0.0.1:\(port)/a?b=c"))
        for method in [ICAPOptions.Method.respmod, .reqmod] {
            let text = String(
                decoding: ICAPRequest(service: service).modify(method, count: 5, preview: 3), as: UTF8.self)
            let name = method == .respmod ? "RESPMOD" : "REQMOD"
            #expect(text.hasPrefix("\(name) icap://127.0.0.1:\(port)/a?b=c ICAP/1.0\r\n"))
            #expect(text.contains("\r\nHost: 127.0.0.1:\(port)\r\n"))
            #expect(text.contains("\r\nAllow: 204\r\nPreview: 3\r\n"))
            #expect(text.contains("\r\nContent-Type: message/rfc822\r\nContent-Length: 5\r\n\r\n"))
            // Offsets into what is encapsulated, where heads begin and the body will.
            let start = try #require(text.firstRange(of: "\r\n\r\n")).upperBound
            let heads = Array(text[start...].utf8)
            let list = try #require(text.split(separator: "\r\n").first { $0.hasPrefix("Encapsulated: ") })
            let offsets = list.dropFirst("Encapsulated: ".count).split(separator: ", ").map { part in
                let words = part.split(separator: "=")
                return (words[0], Int(words[1]) ?? -1)
            }
            #expect(offsets.last?.1 == heads.count)
            if method == .respmod {
                #expect(offsets.map(\.0) == ["req-hdr", "res-hdr", "res-body"])
                #expect(heads.dropFirst(offsets[1].1).starts(with: "HTTP/1.1 200 OK\r\n".utf8))
                #expect(heads.starts(with: "GET http://postmaster.invalid/message.eml HTTP/1.1\r\n".utf8))
            } else {
                #expect(offsets.map(\.0) == ["req-hdr", "req-body"])
                #expect(heads.starts(with: "PUT http://postmaster.invalid/message.eml HTTP/1.1\r\n".utf8))
            }
        }
    }

    @Test("a service that looks at requests alone is given one")
    func requests() throws {
        let server = try server(options: ICAPAnswer.options.replacing("RESPMOD, ", with: "")) { asked in
            Array(
                (asked.method == "REQMOD" ? ICAPAnswer.page("X-Virus-ID: By.Request") : ICAPAnswer.clean).utf8
            )
        }
        defer { server.end() }
        #expect(scan(message(), at: [server.port]) == .success(.found(name: "By.Request")))
    }

    @Test("a server that hangs up behind OPTIONS, or has none, is connected to again")
    func connections() throws {
        let closing = ICAPAnswer.options.replacing("Preview", with: "Connection: close\r\nPreview")
        for options in [
            closing, "ICAP/1.0 405 Method Not Allowed\r\nConnection: close\r\n\r\n",
            "ICAP/1.0 501 No\r\nX: close\r\n\r\n",
        ] {
            let server = try server(options: options) { _ in Array(ICAPAnswer.clean.utf8) }
            #expect(scan(message(), at: [server.port]) == .success(.clean))
            #expect(server.end() == 2)
        }
    }

    @Test("a service that cannot take messages has declined")
    func unfit() throws {
        for (options, detail) in [
            (
                ICAPAnswer.options.replacing("RESPMOD, REQMOD", with: "X"),
                "it offers neither RESPMOD nor REQMOD"
            ),
            (ICAPAnswer.options.replacing("Preview: *", with: "Ignore: eml"), "it does not want messages"),
            ("ICAP/1.0 404 Service not found\r\nConnection: close\r\n\r\n", "OPTIONS: 404"),
            ("ICAP/1.0 503 Overloaded\r\nConnection: close\r\n\r\n", "OPTIONS: 503"),
            ("ICAP/1.0 204 No Content\r\nConnection: close\r\n\r\n", "OPTIONS: 204"),
        ] {
            let (result, name) = try scan(options: options, says: ICAPAnswer.clean)
            #expect(result == .failure(ScannerFailure(.declined, scanner: name, detail)))
        }
    }

    // MARK: - What comes back

    @Test(
        "what is found is named by whatever field says so",
        arguments: [
            "X-Infection-Found: Type=0; Resolution=2; Threat=Eicar;", "X-Virus-ID: Eicar",
            "X-Virus-Name: Eicar",
            "X-Violations-Found: 1\r\n\t-\r\n\tEicar\r\n\t0\r\n\t0",
        ])
    func found(field: String) throws {
        #expect(try scan(says: ICAPAnswer.page(field)).0 == .success(.found(name: "Eicar")))
        #expect(
            try scan(says: "ICAP/1.0 403 Forbidden\r\n\(field)\r\n\r\n").0 == .success(.found(name: "Eicar")))
    }

    @Test("a message that comes back as it went is clean; in any other state nobody knows why")
    func unchanged() throws {
        let octets = message(lines: 100)
        for (response, isClean) in [
            (ICAPAnswer.message(octets), true), (ICAPAnswer.message(octets, chunk: 1), true),
            (ICAPAnswer.message(octets + [10]), false), (ICAPAnswer.message(octets.dropLast()), false),
            (ICAPAnswer.message([]), false), (ICAPAnswer.message(octets, status: 403), false),
            (Array(ICAPAnswer.page().utf8), false), (Array("ICAP/1.0 200 OK\r\n\r\n".utf8), false),
        ] {
            let server = try server { _ in response }
            let result = scan(octets, at: [server.port])
            let name = "icap://127.0.0.1:\(server.port)/avscan"
            server.end()
            let detail = "it changes the message, and does not say why"
            #expect(
                result
                    == (isClean
                        ? .success(.clean) : .failure(ScannerFailure(.unintelligible, scanner: name, detail)))
            )
        }
    }

    @Test("a service that could not look into a container has declined; so has one that fails")
    func declined() throws {
        let (unseen, name) = try scan(
            says: ICAPAnswer.page("X-Infection-Found: Type=2; Resolution=0; Threat=Too.Deep;"))
        #expect(unseen == .failure(ScannerFailure(.declined, scanner: name, "Too.Deep")))
        for status in [400, 404, 408, 413, 500, 502, 503, 505, 301, 206] {
            let (result, name) = try scan(says: "ICAP/1.0 \(status) Sorry\r\n\r\n")
            #expect(result == .failure(ScannerFailure(.declined, scanner: name, "\(status)")))
        }
    }

    @Test(
        "garbage is an error",
        arguments: [
            "HTTP/1.1 200 OK\r\n\r\n", "\0\0\0\n\n", "220 mail.example.org ESMTP\r\n\r\n",
            "ICAP/1.0 204 OK\r\nx\r\n\r\n",
        ])
    func garbage(answer: String) throws {
        let (toMessage, _) = try scan(says: answer)
        let (toOptions, _) = try scan(options: answer, says: ICAPAnswer.clean)
        for result in [toMessage, toOptions] {
            guard case .failure(let failure) = result else {
                Issue.record("an answer")
                continue
            }
            #expect(failure.reason == .unintelligible)
        }
    }

    @Test("an answer that ends before its end is none, wherever that is")
    func truncated() throws {
        let answer = Array(ICAPAnswer.clean.utf8)
        let server = try FakeServer { end, number in
            _ = end.takeRequest()
            if number < ICAPAnswer.options.utf8.count {
                end.write(Array(ICAPAnswer.options.utf8.prefix(number)))
                return
            }
            end.write(ICAPAnswer.options)
            _ = end.takeRequest()
            end.write(Array(answer.prefix(number - ICAPAnswer.options.utf8.count)))
        }
        defer { server.end() }
        for _ in 0..<(ICAPAnswer.options.utf8.count + answer.count) {
            guard case .failure(let failure) = scan(message(), at: [server.port]) else {
                Issue.record("an answer")
                return
            }
            #expect(failure.reason == .cutOff)
        }
        #expect(scan(message(), at: [server.port]) == .success(.clean))
    }

    @Test("an answer byte by byte is one, and a server that closes its own direction has said it")
    func slow() throws {
        let server = try FakeServer { end, _ in
            _ = end.takeRequest()
            end.write(ICAPAnswer.options, pausing: 1)
            _ = end.takeRequest()
            end.write(ICAPAnswer.page("X-Virus-ID: Slow"), pausing: 1)
            end.finishWriting()
            end.readAll()
        }
        defer { server.end() }
        #expect(scan(message(), at: [server.port]) == .success(.found(name: "Slow")))
    }

    @Test("an answer that comes before the end of the message is heard", arguments: [true, false])
    func early(closes: Bool) throws {
        let octets = [UInt8](repeating: 10, count: 1 << 24)
        for (answer, expected) in [
            (ICAPAnswer.page("X-Virus-ID: Early"), Optional("Early")),
            ("ICAP/1.0 413 Too large\r\n\r\n", nil),
        ] {
            let server = try FakeServer { end, _ in
                _ = end.takeRequest()
                end.write(ICAPAnswer.options)
                _ = end.takeRequest()
                end.write("ICAP/1.0 100 Continue\r\n\r\n")
                _ = end.read(5000)
                end.write(answer)
                if closes { pause(milliseconds: 50) } else { end.readAll() }
            }
            let result = scan(octets, at: [server.port])
            let failure = ScannerFailure(.declined, scanner: "icap://127.0.0.1:\(server.port)/avscan", "413")
            #expect(result == expected.map { .success(.found(name: $0)) } ?? .failure(failure))
            server.end()
        }
    }

    @Test("a server that sends the message back while it comes is listened to meanwhile")
    func echo() throws {
        let octets = (0..<(1 << 23)).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let http = "HTTP/1.1 200 OK\r\n\r\n"
        let server = try FakeServer { end, _ in
            _ = end.takeRequest()
            end.write(ICAPAnswer.options.replacing("Preview: 1024\r\n", with: ""))
            // The heads, and then each chunk as it comes: nothing is read while it is written.
            while end.read(through: 10) != [13, 10] {}
            while end.read(through: 10) != [13, 10] {}
            while end.read(through: 10) != [13, 10] {}
            end.write(
                "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=\(http.utf8.count)\r\n\r\n\(http)")
            while true {
                let line = end.read(through: 10)
                guard let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16) else {
                    return
                }
                end.write(line + end.read(size + 2))
                if size == 0 { return }
            }
        }
        defer { server.end() }
        #expect(scan(octets, at: [server.port]) == .success(.clean))
    }

    @Test("a server that hangs at any point has until the deadline", .timeLimit(.minutes(1)))
    func hanging() throws {
        for point in 0..<4 {
            let server = try FakeServer { end, _ in
                if point > 0 {
                    _ = end.takeRequest()
                    end.write(ICAPAnswer.options)
                }
                if point > 1 {
                    _ = end.takeRequest()
                    if point == 2 { end.write("ICAP/1.0 100 Continue\r\n\r\n") }
                    if point == 3 { end.write("ICAP/1.0 204 No Co") }
                }
                end.readAll()
            }
            let start = SteadyTime.now()
            let name = "icap://127.0.0.1:\(server.port)/avscan"
            let result = scan(message(lines: 100), at: [server.port], milliseconds: 200)
            #expect(result == .failure(ScannerFailure(.tooSlow, scanner: name)))
            #expect((200..<10_000).contains(SteadyTime.now().milliseconds - start.milliseconds))
            server.end()
        }
    }

    @Test("an endless answer ends")
    func endless() throws {
        for start in ["ICAP/1.0 200 OK\r\n", ICAPAnswer.page().replacing("0\r\n\r\n", with: "")] {
            let server = try FakeServer { end, _ in
                _ = end.takeRequest()
                end.write(start)
                while end.write("X: y\r\n" + String(repeating: "z", count: 4096)) {}
            }
            guard case .failure(let failure) = scan(message(), at: [server.port]) else {
                Issue.record("an answer")
                return
            }
            #expect(failure.reason == .unintelligible)
            server.end()
        }
    }

    // MARK: - Several servers

    @Test("a service that says nothing of the message leaves it to the next one", .timeLimit(.minutes(1)))
    func failover() throws {
        let good = try server { _ in Array(ICAPAnswer.page("X-Virus-ID: Eicar").utf8) }
        let hanging = try FakeServer { end, _ in end.readAll() }
        let declining = try server { _ in Array("ICAP/1.0 500 Sorry\r\n\r\n".utf8) }
        let changing = try server { _ in ICAPAnswer.message([1, 2, 3]) }
        let nobody = try Listener.Place().port
        let others = [nobody, declining.port, changing.port, hanging.port]
        #expect(
            scan(message(), at: others + [good.port], milliseconds: 8000) == .success(.found(name: "Eicar")))
        guard case .failure(let failure) = scan(message(), at: others, milliseconds: 3000) else {
            Issue.record("an answer")
            return
        }
        #expect(failure.scanner == "icap" && failure.reason == .tooSlow)
        for port in others { #expect(failure.detail.contains(":\(port)/avscan: ")) }
        for server in [good, hanging, declining, changing] { server.end() }
    }
}

@Suite(
    "c-icap itself", .serialized,
    .enabled(if: ClamdDaemon.isInstalled && ICAPDaemon.isInstalled, "there is no c-icap"))
struct ICAPDaemonTests {
    private static let signatures = ["eicar.ndb": ClamdDaemon.pattern("Test.Part", in: ScannerSamples.eicar)]

    private func scan(
        _ octets: [UInt8], _ service: String, milliseconds: Int = 30_000
    ) -> Result<
        VirusAnswer, ScannerFailure
    > {
        let services = [ICAPService(text: service)].compactMap { $0 }
        return outcome { () throws(ScannerFailure) in
            try ICAPScanner(services: services)
                .scan(ScannedMessage(SharedBytes(octets)), until: Deadline(milliseconds: milliseconds))
        }
    }

    @Test(
        "EICAR is found, and nothing in what is clean, in small messages and in large ones",
        .timeLimit(.minutes(1)))
    func eicar() throws {
        let clamd = try ClamdDaemon(signatures: Self.signatures)
        let server = try ICAPDaemon(asking: clamd)
        let service = server.service("virus_scan")
        let found = Result<VirusAnswer, ScannerFailure>.success(.found(name: "Test.Part.UNOFFICIAL"))
        for size in [0, 10_000, 1 << 20] {
            #expect(scan(ScannerSamples.virus(behind: size), service) == found, "\(size)")
            let clean = message(lines: size / 20 + 1)
            #expect(scan(clean, service) == .success(.clean), "\(size)")
        }
        #expect(scan(ScannerSamples.eicar, service) == found)
        #expect(scan([], service) == .success(.clean))
    }

    @Test("a service that sends everything back has found nothing", .timeLimit(.minutes(1)))
    func echo() throws {
        let clamd = try ClamdDaemon(signatures: Self.signatures)
        let server = try ICAPDaemon(asking: clamd)
        for lines in [1, 1000, 200_000] {
            #expect(scan(message(lines: lines), server.service("echo")) == .success(.clean))
        }
    }

    @Test("what it says of itself, and of a service that it does not have", .timeLimit(.minutes(1)))
    func options() throws {
        let clamd = try ClamdDaemon(signatures: Self.signatures)
        let server = try ICAPDaemon(asking: clamd)
        let service = try #require(ICAPService(text: server.service("virus_scan")))
        let options = try ICAPScanner(services: [service]).servers[0].options(
            until: Deadline(milliseconds: 10_000))
        #expect(options.service.contains("Antivirus") && options.tag.contains("CI0001"))
        let missing = server.service("missing")
        #expect(
            scan(message(), missing) == .failure(ScannerFailure(.declined, scanner: missing, "OPTIONS: 404")))
    }
}
