print("intchainctl")
