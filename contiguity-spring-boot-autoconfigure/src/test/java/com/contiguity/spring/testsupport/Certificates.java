/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package com.contiguity.spring.testsupport;

import javax.net.ssl.SSLContext;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/**
 * A certificate for {@code localhost} that is only trusted if it is configured.
 */
public final class Certificates {

	/**
	 * The location of the certificate.
	 */
	public static final String CERTIFICATE = "classpath:com/contiguity/spring/testsupport/localhost.crt";

	private static final String PRIVATE_KEY = "classpath:com/contiguity/spring/testsupport/localhost.key";

	private Certificates() {
	}

	/**
	 * Return the SSL context of a server with the certificate.
	 * @return the context
	 */
	public static SSLContext server() {
		return SslBundle
			.of(new PemSslStoreBundle(PemSslStoreDetails.forCertificate(CERTIFICATE).withPrivateKey(PRIVATE_KEY), null))
			.createSslContext();
	}

	/**
	 * Return a bundle for clients that trust the certificate.
	 * @return the bundle
	 */
	public static SslBundle client() {
		return SslBundle.of(new PemSslStoreBundle(null, PemSslStoreDetails.forCertificate(CERTIFICATE)));
	}

}
