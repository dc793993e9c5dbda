import Testing

@testable import Delivery

@Suite struct EnvelopeVariablesTests {
    struct Agent: Sendable, CustomTestStringConvertible {
        let name: String
        let environment: [String: String]
        let sender: String?
        let recipient: String?
        var original: String?
        var queue: String?
        var envid: String?
        var client: String?
        var user: String?

        var testDescription: String { name }
    }

    @Test(
        "each mail transfer agent's variables are understood",
        arguments: [
            Agent(
                name: "Postfix local(8)",
                environment: [
                    "SHELL": "/bin/sh", "HOME": "/home/bob", "USER": "bob", "EXTENSION": "x",
                    "DOMAIN": "example.org",
                    "LOGNAME": "bob", "LOCAL": "bob", "ORIGINAL_RECIPIENT": "all@example.org",
                    "RECIPIENT": "bob+x@example.org", "SENDER": "alice@example.net", "ENVID": "E1",
                    "CLIENT_ADDRESS": "192.0.2.1", "CLIENT_HELO": "helo", "CLIENT_HOSTNAME": "name",
                    "SASL_USERNAME": "u",
                ],
                sender: "alice@example.net", recipient: "bob+x@example.org", original: "all@example.org",
                envid: "E1",
                client: "192.0.2.1 helo name", user: "u"),
            Agent(
                name: "Exim's pipe",
                environment: [
                    "DOMAIN": "example.org", "LOCAL_PART": "bob", "LOCAL_PART_SUFFIX": "+x", "LOGNAME": "bob",
                    "MESSAGE_ID": "1abcde-000001-23", "QUALIFY_DOMAIN": "q.example",
                    "RECIPIENT": "bob+x@example.org",
                    "SENDER": "",
                ],
                sender: "", recipient: "bob+x@example.org", queue: "1abcde-000001-23"),
            Agent(
                name: "Exim without RECIPIENT",
                environment: ["LOCAL_PART": "bob", "DOMAIN": "example.org", "SENDER": "a@b"],
                sender: "a@b", recipient: "bob@example.org"),
            Agent(
                name: "OpenSMTPD's mda",
                environment: [
                    "DOMAIN": "example.org", "ORIGINAL_RECIPIENT": "bob@example.org",
                    "RECIPIENT": "bob@example.org",
                    "LOCAL": "bob", "USER": "bob", "SENDER": "alice@example.net", "EXTENSION": "x",
                ],
                sender: "alice@example.net", recipient: "bob@example.org", original: "bob@example.org"),
            Agent(
                name: "qmail-local",
                environment: [
                    "SENDER": "alice@example.net", "NEWSENDER": "owner@example.org",
                    "RECIPIENT": "bob-x@example.org",
                    "USER": "bob", "HOST": "example.org", "LOCAL": "bob-x", "EXT": "x",
                    "DTLINE": "Delivered-To: …\n",
                ],
                sender: "alice@example.net", recipient: "bob-x@example.org"),
            Agent(
                name: "sendmail", environment: ["AGENT": "sendmail", "TZ": "UTC"], sender: nil, recipient: nil
            ),
            Agent(name: "nothing", environment: [:], sender: nil, recipient: nil),
        ])
    func agents(agent: Agent) {
        let variables = EnvelopeVariables { agent.environment[$0] }
        #expect(variables.sender == agent.sender)
        #expect(variables.recipient == agent.recipient)
        #expect(variables.originalRecipient == agent.original)
        #expect(variables.queueIdentifier == agent.queue)
        #expect(variables.envelopeIdentifier == agent.envid)
        #expect(variables.authenticatedUser == agent.user)
        let client = [variables.clientAddress, variables.clientHELO, variables.clientName].compactMap { $0 }
        #expect(client.joined(separator: " ") == agent.client ?? "")
    }

    @Test(
        "half an address is none",
        arguments: [
            ["LOCAL_PART": "bob"], ["DOMAIN": "d"], ["LOCAL_PART": "", "DOMAIN": "d"],
            ["LOCAL_PART": "l", "DOMAIN": ""],
        ])
    func half(environment: [String: String]) {
        #expect(EnvelopeVariables { environment[$0] }.recipient == nil)
    }

    @Test("the calling user's name is LOGNAME, or else USER")
    func caller() {
        #expect(EnvelopeVariables { ["LOGNAME": "joe", "USER": "ann"][$0] }.userName == "joe")
        #expect(EnvelopeVariables { ["USER": "ann"][$0] }.userName == "ann")
        #expect(EnvelopeVariables { _ in nil }.userName == nil)
    }
}
