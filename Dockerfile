# An image that grades submissions; run it with a folder of them:
#   docker build -t grader . && docker run --rm -v "$PWD:/work" grader grade submissions --rubric rubric.yaml
FROM python:3.11-slim

WORKDIR /opt/grader
# Only the installed files, so that changes to tests or docs make no new layer. TORCH_INDEX is the index with the CPU build.
ARG TORCH_INDEX=""
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN pip install --no-cache-dir --no-deps -c constraints.txt ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} torch
COPY grader ./grader
COPY reference ./reference
RUN pip install --no-cache-dir -c constraints.txt ".[cluster,desk]"

# Not root: a submission that escapes from its sandbox has no rights.
RUN useradd --create-home --uid 10001 grader
USER grader
WORKDIR /work
ENTRYPOINT ["grader"]
CMD ["--help"]
