import Modules
import Remote
extension SSHCommand { func record(_ f: String, of e: Endpoint, on c: Console) async throws {} }
