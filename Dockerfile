# docker build -t goodgate .
# docker run -p 8080:8080 -v ./goodgate.toml:/etc/goodgate/goodgate.toml:ro -v goodgate:/var/lib/goodgate goodgate
#
# docs/guides/install.md says what of it was tried, and how.

FROM rust:1.95-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends musl-tools ca-certificates
WORKDIR /source
COPY . .
RUN contrib/docker/build-static.sh /image

# Nothing but the binary, the certificate authorities and a configuration: no shell, no loader.
FROM scratch
COPY --from=build /image/ /
# Ownership is lost where folders are copied over existing ones; this one has to be the user's.
COPY --from=build --chown=65532:65532 --chmod=700 /image/var/lib/goodgate /var/lib/goodgate
USER 65532:65532
VOLUME /var/lib/goodgate
# The gateway; the dashboard, where the configuration has one for other hosts.
EXPOSE 8080 9503
STOPSIGNAL SIGTERM
# The configuration in the image has no monitors: the admin listener says whether the gateway serves.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s \
    CMD ["/usr/bin/goodgate", "diagnose", "http://127.0.0.1:9502/health", "--max-requests", "1", "--max-time", "5"]
ENTRYPOINT ["/usr/bin/goodgate"]
CMD ["run", "--config", "/etc/goodgate/goodgate.toml"]
