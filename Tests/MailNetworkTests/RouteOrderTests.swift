import MailTransport
import Platform
import Synchronization
import TestSupport
import Testing

@testable import MailNetwork

extension Networking {
    @Suite struct RouteOrder {
        private func fake(_ line: String, _ answer: FakePeer.Answer) throws -> FakePeer {
            var behaviour = FakePeer.Behaviour()
            behaviour.answer = { said, _ in said.hasPrefix(line) ? answer : nil }
            return try FakePeer(behaviour)
        }

        /// To a port of this machine where nobody listens.
        private func route(to nobody: Listener.Place) -> Route {
            .peer(Peer(.smtp, .host("127.0.0.1", port: Int(nobody.port))))
        }

        /// Seconds that are waited for a reply: few where none comes.
        private func patience(with answer: FakePeer.Answer) -> Int { answer.isSilence ? 5 : 60 }

        @Test("the first route that serves is taken")
        func first() throws {
            let (one, two) = (try FakePeer(), try FakePeer())
            let result = withCarrier { $0.send(message(), by: [one.route, two.route]) }
            #expect(result.first?.isAccepted == true)
            #expect(one.deliveries.count == 1)
            #expect(two.log.connections == 0)
        }

        static let reasonsToMoveOn: [(String, FakePeer.Answer)] = [
            ("CONNECT", .stop(.close)), ("CONNECT", .say("421 4.3.2 no\r\n")),
            ("CONNECT", .say("554 5.3.2 no\r\n")),
            ("CONNECT", .stop(.hang)), ("CONNECT", .say("what?\r\n")), ("EHLO", .say("451 4.3.0 no\r\n")),
            ("EHLO", .stop(.close)), ("MAIL", .say("421 4.3.2 no\r\n")), ("MAIL", .stop(.close)),
        ]

        @Test("a route that does not get to the message is passed over", arguments: reasonsToMoveOn)
        func movingOn(line: String, answer: FakePeer.Answer) throws {
            let (one, two) = (try fake(line, answer), try FakePeer())
            let result = withCarrier({ $0.replyTimeout = patience(with: answer) }) {
                $0.send(message(), by: [one.route, two.route])
            }
            #expect(result.first?.isAccepted == true)
            #expect(one.deliveries.isEmpty)
            #expect(two.deliveries.count == 1)
        }

        static let answers: [(String, FakePeer.Answer)] = [
            ("RCPT", .say("550 5.1.1 no\r\n")), ("RCPT", .say("451 4.2.0 later\r\n")),
            ("DATA", .say("554 5.6.0 no\r\n")), (".", .say("451 4.3.0 later\r\n")), (".", .stop(.close)),
            (".", .stop(.hang)), ("MAIL", .say("550 5.7.1 no\r\n")),
        ]

        @Test("an answer to the message is final", arguments: answers)
        func answered(line: String, answer: FakePeer.Answer) throws {
            let (one, two) = (try fake(line, answer), try FakePeer())
            let result = withCarrier({ $0.replyTimeout = patience(with: answer) }) {
                $0.send(message(), by: [one.route, two.route])
            }
            #expect(result.first?.isAccepted == false)
            #expect(two.log.connections == 0)
        }

        @Test("each recipient has a result of its own")
        func recipients() throws {
            var behaviour = FakePeer.Behaviour()
            behaviour.answer = { said, _ in
                said.contains("never@")
                    ? .say("550 5.1.1 no\r\n")
                    : said.contains("later@") ? .say("450 4.2.0 later\r\n") : nil
            }
            let (one, two) = (try FakePeer(behaviour), try FakePeer())
            let mail = message(to: [
                "a@example.org", "never@example.org", "later@example.org", "b@example.org",
            ])
            let results = withCarrier { $0.send(mail, by: [one.route, two.route]) }
            #expect(results.map(\.isAccepted) == [true, false, false, true])
            #expect(results.map(\.isPermanent) == [false, true, false, false])
            #expect(one.deliveries.map(\.recipient) == ["a@example.org", "b@example.org"])
            #expect(two.log.connections == 0)
            guard case .accepted(let receipt)? = results.first, case .host(_, let port) = one.address else {
                Issue.record("no receipt")
                return
            }
            #expect(receipt.peer == "127.0.0.1[127.0.0.1]:\(port)")
            #expect(receipt.reply == "250 2.0.0 Ok: queued as 1")
        }

        @Test("a route that is down is not tried again, and is listed")
        func suspension() throws {
            let fake = try fake("CONNECT", .say("421 4.3.2 closed\r\n"))
            withCarrier { carrier in
                for number in 1...3 {
                    let result = carrier.send(message(number), by: [fake.route]).first
                    #expect(result?.isTemporary == true)
                    #expect(result?.failure?.text.hasPrefix("not tried again: ") == (number > 1))
                    #expect(result?.failure?.cause == .connection)
                }
                #expect(carrier.suspensions.map(\.route) == [fake.route.name])
                #expect(carrier.suspensions.first?.reason.contains("421 4.3.2 closed") == true)
            }
            #expect(fake.log.connections == 1)
        }

        @Test("nobody there, no socket, no name: told clearly and fast")
        func unreachable() throws {
            let directory = try TemporaryDirectory()
            let getent = try directory.write("getent", "#!/bin/sh\nexit 2\n", permissions: 0o755)
            let nobody = try Listener.Place()
            let time = duration {
                withCarrier({ $0.getent = getent }) { carrier in
                    func text(_ route: Route?) -> String {
                        guard let route else { return "no route" }
                        let failure = carrier.send(message(), by: [route]).first?.failure
                        #expect(failure?.cause == .connection || failure?.cause == .route)
                        return failure?.text ?? ""
                    }
                    #expect(text(route(to: nobody)).contains("Connection refused"))
                    let missing = directory.path("missing")
                    #expect(text(Route("lmtp:unix:\(missing)")).contains("No such file"))
                    #expect(text(Route("smtp://mx.example.org")) == "no address of mx.example.org is known")
                    let long = "/" + String(repeating: "x", count: 200)
                    #expect(text(Route("lmtp:unix:\(long)")) == "the path of the socket is too long")
                    #expect(carrier.suspensions.count == 4)
                }
            }
            #expect(time < 30_000)
        }

        @Test("the addresses of a name are tried in order")
        func addresses() throws {
            let directory = try TemporaryDirectory()
            let getent = try directory.write(
                "getent", "#!/bin/sh\nprintf '::1 STREAM x\\n127.0.0.2 STREAM\\n127.0.0.1 STREAM\\n'\n",
                permissions: 0o755)
            let fake = try FakePeer()
            let result = withCarrier({ $0.getent = getent }) {
                $0.send(message(), by: [.peer(fake.peer(host: "mx.example.org"))]).first
            }
            guard case .accepted(let receipt) = result else {
                Issue.record("\(String(describing: result))")
                return
            }
            #expect(receipt.peer.hasPrefix("mx.example.org[127.0.0.1]:"))
            let local = withCarrier { $0.send(message(), by: [.peer(fake.peer(host: "localhost"))]).first }
            #expect(local?.isAccepted == true)
        }

        @Test("the address that served is tried first the next time")
        func servingAddress() throws {
            let directory = try TemporaryDirectory()
            let getent = try directory.write(
                "getent", "#!/bin/sh\nprintf '127.0.0.2 STREAM x\\n127.0.0.1 STREAM\\n'\n", permissions: 0o755
            )
            let fake = try FakePeer()
            guard case .host(_, let port) = fake.address else { return }
            var behaviour = FakePeer.Behaviour()
            behaviour.answer = { said, _ in said == "CONNECT" ? .sayAndClose("421 4.3.2 not here\r\n") : nil }
            let other = try FakePeer(behaviour, host: "127.0.0.2", port: port)
            withCarrier({
                $0.getent = getent
                $0.messagesPerConnection = 1
            }) { carrier in
                let route = Route.peer(fake.peer(host: "mx.example.org"))
                for number in 1...5 {
                    #expect(carrier.send(message(number), by: [route]).first?.isAccepted == true)
                }
            }
            #expect(fake.log.connections == 5)
            #expect(other.log.connections == 1)
        }

        @Test("an address that never answers leaves time for the next")
        func silentAddress() throws {
            let directory = try TemporaryDirectory()
            // Nothing that is sent to TEST-NET-1 (RFC 5737) comes back.
            let getent = try directory.write(
                "getent", "#!/bin/sh\nprintf '192.0.2.1 STREAM x\\n127.0.0.1 STREAM\\n'\n", permissions: 0o755
            )
            let fake = try FakePeer()
            let result = withCarrier({
                $0.getent = getent
                $0.connectTimeout = 6
            }) { $0.send(message(), by: [.peer(fake.peer(host: "mx.example.org"))]).first }
            #expect(result?.isAccepted == true, "\(String(describing: result))")
        }

        @Test("what another process found down is not tried")
        func told() throws {
            let fake = try FakePeer()
            let suspended = [
                Suspension(route: fake.route.name, reason: "no connection"),
                Suspension(route: "smtp://other:25", reason: "no route to host"),
            ]
            withCarrier(suspended: suspended) { carrier in
                #expect(Set(carrier.suspensions.map(\.route)) == Set(suspended.map(\.route)))
                let result = carrier.send(message(), by: [fake.route]).first
                #expect(result?.failure?.text == "not tried again: no connection")
                #expect(carrier.suspensions.count == 2)
            }
            #expect(fake.log.connections == 0)
        }

        @Test("a peer that breaks off mail after mail is as good as down")
        func breakingOff() throws {
            let fake = try fake("DATA", .stop(.close))
            withCarrier { carrier in
                for number in 1...6 {
                    #expect(carrier.send(message(number), by: [fake.route]).first?.isTemporary == true)
                }
                #expect(carrier.suspensions.map(\.route) == [fake.route.name])
            }
            #expect(fake.log.connections == 3)
        }

        @Test("a program may be the second choice")
        func program() throws {
            let directory = try TemporaryDirectory()
            let sendmail = try directory.write(
                "sendmail", "#!/bin/sh\ncat > \(directory.path("got"))\n", permissions: 0o755)
            let route = Route.sendmail(path: nil)
            let nobody = try Listener.Place()
            let results = withCarrier({ $0.sendmail = sendmail }) {
                $0.send(message(7), by: [self.route(to: nobody), route])
            }
            #expect(results.first?.isAccepted == true)
            #expect(try directory.read("got").contains("Subject: 7"))
        }

        @Test("without a route, or after the end, mail stays where it is")
        func nowhere() throws {
            let fake = try FakePeer()
            let carrier = NetworkCarrier(NetworkOptions())
            #expect(carrier.send(message(), by: []).first?.failure?.cause == .route)
            carrier.close()
            #expect(carrier.send(message(), by: [fake.route]).first?.isTemporary == true)
            #expect(carrier.suspensions.isEmpty)
            carrier.close()
            #expect(fake.log.connections == 0)
        }
    }
}
