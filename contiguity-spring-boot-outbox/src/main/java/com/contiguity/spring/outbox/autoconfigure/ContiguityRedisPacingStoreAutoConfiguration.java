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

package com.contiguity.spring.outbox.autoconfigure;

import com.contiguity.spring.autoconfigure.ContiguityAutoConfiguration;
import com.contiguity.spring.autoconfigure.ContiguityProperties;
import com.contiguity.spring.internal.outbox.RedisBuckets;
import com.contiguity.spring.internal.outbox.SharedLinePacer;
import com.contiguity.spring.line.LinePacer;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for pacing that instances share
 * through the Redis of the application.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = ContiguityAutoConfiguration.class, after = DataRedisAutoConfiguration.class)
@ConditionalOnClass({ Bucket4jLettuce.class, LettuceConnectionFactory.class })
@ConditionalOnBean(LettuceConnectionFactory.class)
@ConditionalOnMissingBean(LinePacer.class)
@ConditionalOnProperty(name = "contiguity.pacing.store", havingValue = "redis")
@EnableConfigurationProperties({ ContiguityProperties.class, ContiguityOutboxProperties.class })
public final class ContiguityRedisPacingStoreAutoConfiguration {

	ContiguityRedisPacingStoreAutoConfiguration() {
	}

	@Bean
	@ConditionalOnProperty(name = "contiguity.pacing.enabled", matchIfMissing = true)
	RedisBuckets contiguityRedisBuckets(LettuceConnectionFactory connectionFactory) {
		// with the host, TLS and password of the application, wherever they are
		// configured
		return new RedisBuckets(connectionFactory::getRequiredNativeClient);
	}

	@Bean
	@ConditionalOnProperty(name = "contiguity.pacing.enabled", matchIfMissing = true)
	SharedLinePacer contiguityLinePacer(RedisBuckets buckets, ContiguityOutboxProperties properties,
			ContiguityProperties contiguityProperties) {
		ContiguityProperties.Pacing pacing = contiguityProperties.getPacing();
		return new SharedLinePacer(buckets.buckets(), buckets.keys(properties.hashKey()), pacing.getRate(),
				pacing.getBurst());
	}

}
