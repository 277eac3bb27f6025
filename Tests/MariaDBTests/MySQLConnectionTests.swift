import MariaDB
import Testing

@Suite struct MySQLConnectionTests {
    @Test func aPortNobodyListensOnIsARefusedConnection() async {
        let connection = MySQLConnection(MySQLSettings(database: nil, user: "nobody", password: "s3cret"))
        let error = await #expect(throws: MySQLError.self) {
            try await connection.run("SELECT 1", host: "127.0.0.1", port: 1)
        }
        #expect(error?.phase == .connect)
        #expect(error?.code == 2002 || error?.code == 2003)
        #expect(error?.description.hasPrefix("MySQL 127.0.0.1:1: cannot connect: ") == true)
        #expect(error?.description.contains("s3cret") == false)
    }
}
