import MailTransport
import Platform
import Synchronization
import TestSupport
import Testing

@testable import MailNetwork

extension Networking {
    @Suite struct Pool {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        private func number(_ delivery: FakePeer.Delivery) -> String {
            let text = String(decoding: delivery.data.prefix(100), as: UTF8.self)
            let line = text.split(separator: "\r\n").first { $0.hasPrefix("Subject: ") }
            return line.map(String.init) ?? ""
        }

        @Test("many threads share few connections", arguments: [false, true])
        func manyThreads(isLocal: Bool) throws {
            let (threads, each, limit) = (20, 500, 5)
            let fake = try FakePeer(socket: isLocal ? directory.path("socket") : nil)
            let accepted = Atomic(0)
            let time = withCarrier({
                $0.concurrency = limit
                $0.messagesPerConnection = 100
            }) { carrier in
                duration {
                    inParallel(threads * each, threads: threads) { index in
                        let results = carrier.send(message(index), by: [fake.route])
                        if results.first?.isAccepted == true { accepted.add(1, ordering: .relaxed) }
                    }
                }
            }
            let log = fake.log
            #expect(accepted.load(ordering: .relaxed) == threads * each)
            #expect(log.deliveries.count == threads * each)
            #expect(Set(log.deliveries.map(number)).count == threads * each)
            #expect(log.maximumOpen <= limit)
            #expect(log.connections >= threads * each / 100)
            #expect(log.connections <= threads * each / 100 + limit)
            print(
                "MailNetwork: \(threads * each * 1000 / max(time, 1)) messages per second, local \(isLocal)")
        }

        @Test("a connection carries so many messages and no more")
        func messagesPerConnection() throws {
            let fake = try FakePeer()
            withCarrier({ $0.messagesPerConnection = 3 }) { carrier in
                for number in 1...10 {
                    #expect(carrier.send(message(number), by: [fake.route]).first?.isAccepted == true)
                }
            }
            #expect(fake.deliveries.map(\.connection) == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4])
            #expect(eventually { fake.log.commands.filter { $0 == "QUIT" }.count == 4 })
            #expect(eventually { fake.log.open == 0 })
        }

        @Test("a message that was refused does not cost the connection")
        func refusals() throws {
            var behaviour = FakePeer.Behaviour()
            behaviour.answer = { said, _ in said.contains("no@") ? .say("550 5.1.1 no\r\n") : nil }
            let fake = try FakePeer(behaviour)
            withCarrier { carrier in
                for number in 1...6 {
                    let mail = message(number, to: [number % 2 == 0 ? "no@example.org" : "yes@example.org"])
                    #expect(carrier.send(mail, by: [fake.route]).first?.isAccepted == (number % 2 == 1))
                }
            }
            #expect(fake.deliveries.count == 3)
            // While the one is being reset, another may be opened.
            #expect(fake.log.connections <= 2)
        }

        @Test("a connection that nobody wants is closed after a while")
        func idle() throws {
            let fake = try FakePeer()
            withCarrier({ $0.idleTimeout = 1 }) { carrier in
                let time = duration {
                    #expect(carrier.send(message(1), by: [fake.route]).first?.isAccepted == true)
                    #expect(eventually { fake.log.open == 0 })
                }
                #expect(time >= 1000)
                #expect(fake.log.commands.last == "QUIT")
                #expect(carrier.send(message(2), by: [fake.route]).first?.isAccepted == true)
            }
            #expect(fake.log.connections == 2)
        }

        static let deaths: [(String, FakePeer.Answer)] = [
            ("MAIL", .stop(.close)), ("MAIL", .sayAndClose("421 4.4.2 idle too long\r\n")),
            ("MAIL", .sayAndClose("42")),
        ]

        @Test("a kept connection that is dead is replaced, and nobody is the worse for it", arguments: deaths)
        func dead(line: String, answer: FakePeer.Answer) throws {
            for pipelining in [true, false] {
                let mails = Mutex<[Int: Int]>([:])
                var behaviour = FakePeer.Behaviour()
                if !pipelining { behaviour.capabilities.removeFirst() }
                behaviour.answer = { said, connection in
                    guard said.hasPrefix(line) else { return nil }
                    let count = mails.withLock { mails in
                        mails[connection, default: 0] += 1
                        return mails[connection, default: 0]
                    }
                    return count > 1 ? answer : nil
                }
                let fake = try FakePeer(behaviour)
                withCarrier { carrier in
                    for number in 1...5 {
                        #expect(carrier.send(message(number), by: [fake.route]).first?.isAccepted == true)
                    }
                    #expect(carrier.suspensions.isEmpty)
                }
                #expect(fake.deliveries.count == 5)
                #expect(fake.log.connections == 5)
            }
        }

        @Test("a connection that the peer closed while it was idle is not offered")
        func closedWhileIdle() throws {
            var behaviour = FakePeer.Behaviour()
            behaviour.answer = { said, _ in said == "." ? .sayAndClose("250 2.0.0 ok, and good bye\r\n") : nil
            }
            let fake = try FakePeer(behaviour)
            withCarrier { carrier in
                for number in 1...4 {
                    #expect(carrier.send(message(number), by: [fake.route]).first?.isAccepted == true)
                }
            }
            #expect(fake.log.connections == 4)
        }

        @Test("a peer that allows fewer connections gets fewer")
        func tooMany() throws {
            let open = Mutex(Set<Int>())
            var behaviour = FakePeer.Behaviour()
            behaviour.answer = { said, connection in
                open.withLock { open in
                    if said == "QUIT" { open.remove(connection) }
                    guard said == "CONNECT" else { return nil }
                    if open.count >= 2 { return .sayAndClose("421 4.7.0 too many connections\r\n") }
                    open.insert(connection)
                    return nil
                }
            }
            let fake = try FakePeer(behaviour)
            let accepted = Atomic(0)
            withCarrier({ $0.concurrency = 8 }) { carrier in
                // One at first: a peer that has never taken a connection is down.
                if carrier.send(message(0), by: [fake.route]).first?.isAccepted == true {
                    accepted.add(1, ordering: .relaxed)
                }
                inParallel(200, threads: 8) { index in
                    if carrier.send(message(index + 1), by: [fake.route]).first?.isAccepted == true {
                        accepted.add(1, ordering: .relaxed)
                    }
                }
                #expect(carrier.suspensions.isEmpty)
            }
            #expect(accepted.load(ordering: .relaxed) == 201)
            #expect(fake.deliveries.count == 201)
            #expect(fake.log.connections < 20)
        }

        @Test("users of one server share its limit, and not their connections")
        func users() throws {
            var behaviour = FakePeer.Behaviour()
            behaviour.capabilities.append("AUTH PLAIN")
            behaviour.answer = { said, _ in said.hasPrefix("AUTH") ? .say("235 2.7.0 ok\r\n") : nil }
            let fake = try FakePeer(behaviour)
            let accepted = Atomic(0)
            withCarrier({
                $0.concurrency = 2
                $0.credentials = .success(CredentialsFile(Array("* a 1\n* b 2\n* c 3\n".utf8)))
            }) { carrier in
                inParallel(90, threads: 9) { index in
                    let peer = fake.peer(user: ["a", "b", "c"][index % 3])
                    if carrier.send(message(index), by: [.peer(peer)]).first?.isAccepted == true {
                        accepted.add(1, ordering: .relaxed)
                    }
                }
            }
            #expect(accepted.load(ordering: .relaxed) == 90)
            #expect(fake.log.maximumOpen <= 2)
        }

        @Test("a peer that goes down in the middle ends the wait of all")
        func downInTheMiddle() throws {
            let count = Atomic(0)
            var behaviour = FakePeer.Behaviour()
            behaviour.answer = { said, _ in
                if said == "CONNECT", count.load(ordering: .relaxed) >= 50 { return .stop(.close) }
                guard said == "." else { return nil }
                return count.add(1, ordering: .relaxed).newValue > 50 ? .stop(.close) : nil
            }
            let fake = try FakePeer(behaviour)
            let accepted = Atomic(0)
            let time = duration {
                withCarrier({ $0.concurrency = 3 }) { carrier in
                    inParallel(500, threads: 20) { index in
                        if carrier.send(message(index), by: [fake.route]).first?.isAccepted == true {
                            accepted.add(1, ordering: .relaxed)
                        }
                    }
                    #expect(carrier.suspensions.count == 1)
                }
            }
            #expect(time < 120_000)
            #expect(accepted.load(ordering: .relaxed) == 50)
            #expect(fake.deliveries.count == 50)
        }

        @Test("closing does not wait for a peer that does not take leave")
        func close() throws {
            var behaviour = FakePeer.Behaviour()
            behaviour.answer = { said, _ in said == "QUIT" ? .stop(.hang) : nil }
            let fake = try FakePeer(behaviour)
            let carrier = NetworkCarrier(NetworkOptions())
            #expect(carrier.send(message(), by: [fake.route]).first?.isAccepted == true)
            #expect(duration { carrier.close() } < 30_000)
            #expect(eventually { fake.log.open == 0 })
        }

        @Test("closing while mail is sent lets it come to its end")
        func closeWhileSending() throws {
            var behaviour = FakePeer.Behaviour()
            behaviour.answer = { said, _ in said == "." ? .sayLate("250 2.0.0 late\r\n", 300) : nil }
            let fake = try FakePeer(behaviour)
            let carrier = NetworkCarrier(NetworkOptions())
            let sender = Thread { carrier.send(message(), by: [fake.route]).first?.isAccepted }
            #expect(eventually { fake.log.commands.contains("DATA") })
            carrier.close()
            #expect(sender.join() == true)
        }

        @Test("no descriptor is left behind")
        func descriptors() throws {
            let first = try FakePeer(socket: directory.path("first"))
            let before = OpenDescriptors.eventQueues()
            for number in 0..<5 {
                let fake = try FakePeer(socket: directory.path("\(number)"))
                withCarrier { carrier in
                    inParallel(20, threads: 4) { index in _ = carrier.send(message(index), by: [fake.route]) }
                    #expect(OpenDescriptors.connections(beneath: directory.path) > 0)
                    #expect(OpenDescriptors.eventQueues() > before)
                }
                fake.shut()
            }
            #expect(eventually { OpenDescriptors.connections(beneath: directory.path) == 0 })
            #expect(eventually { OpenDescriptors.eventQueues() <= before + 1 })
            first.shut()
        }
    }
}
