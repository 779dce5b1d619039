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

package com.contiguity.spring.outbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.springframework.util.Assert;

/**
 * Encrypts messages with AES-GCM. The stored content identifies its key and is bound to
 * its entry. Keys can therefore be rotated, and stored messages cannot be swapped.
 *
 * @since 0.1.0
 */
public final class AesGcmOutboxContentCodec implements OutboxContentCodec {

	private static final byte VERSION = 1;

	private static final int KEY_ID_LENGTH = 4;

	private static final int IV_LENGTH = 12;

	private static final int TAG_BITS = 128;

	private static final int HEADER_LENGTH = 1 + KEY_ID_LENGTH + IV_LENGTH;

	private final SecureRandom random = new SecureRandom();

	private final Map<ByteBuffer, SecretKey> keys = new LinkedHashMap<>();

	private final ByteBuffer current;

	/**
	 * Create a codec.
	 * @param keys the keys, of 16, 24 or 32 bytes each: the first one encrypts, all of
	 * them decrypt
	 */
	public AesGcmOutboxContentCodec(List<byte[]> keys) {
		Assert.notEmpty(keys, "'keys' must not be empty");
		for (byte[] key : keys) {
			Assert.isTrue(key.length == 16 || key.length == 24 || key.length == 32,
					"'keys' must have 16, 24 or 32 bytes each");
			this.keys.put(id(key), new SecretKeySpec(key, "AES"));
		}
		this.current = id(keys.get(0));
	}

	private static ByteBuffer id(byte[] key) {
		try {
			return ByteBuffer.wrap(Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(key), KEY_ID_LENGTH))
				.asReadOnlyBuffer();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This Java runtime lacks SHA-256", ex);
		}
	}

	@Override
	public byte[] encode(byte[] json, String id) {
		byte[] iv = new byte[IV_LENGTH];
		this.random.nextBytes(iv);
		byte[] encrypted = crypt(Cipher.ENCRYPT_MODE, key(this.current), iv, json, 0, id);
		return ByteBuffer.allocate(HEADER_LENGTH + encrypted.length)
			.put(VERSION)
			.put(this.current.duplicate())
			.put(iv)
			.put(encrypted)
			.array();
	}

	@Override
	public byte[] decode(byte[] stored, String id) {
		Assert.isTrue(stored.length > HEADER_LENGTH && stored[0] == VERSION,
				"The stored content was not encrypted by this codec");
		byte[] iv = Arrays.copyOfRange(stored, 1 + KEY_ID_LENGTH, HEADER_LENGTH);
		return crypt(Cipher.DECRYPT_MODE, key(ByteBuffer.wrap(stored, 1, KEY_ID_LENGTH).slice()), iv, stored,
				HEADER_LENGTH, id);
	}

	private SecretKey key(ByteBuffer id) {
		SecretKey key = this.keys.get(id);
		Assert.state(key != null, "The key that encrypted the message is no longer configured. Add it again");
		return key;
	}

	private static byte[] crypt(int mode, SecretKey key, byte[] iv, byte[] input, int offset, String id) {
		try {
			Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
			cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
			cipher.updateAAD(id.getBytes(StandardCharsets.UTF_8));
			return cipher.doFinal(input, offset, input.length - offset);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException((mode == Cipher.ENCRYPT_MODE) ? "Failed to encrypt the message"
					: "Failed to decrypt the message: it was modified or belongs to another entry", ex);
		}
	}

}
