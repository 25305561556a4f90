# shellcheck shell=bash
# Building Go programs inside the Kubernetes tree, in GOPATH mode: module mode refuses that tree, and its vendor folder is
# all the libraries there are. To be sourced after common.sh.

# Makes a GOPATH in a folder whose src/ is the Kubernetes tree. usage: go_path FOLDER
go_path() {
  go_root=$1/gopath
  mkdir -p "$go_root/src/k8s.io"
  ln -sfn "$1/src" "$go_root/src/k8s.io/kubernetes"
}

# GOROOT is set because a program built with -trimpath no longer knows it, and openapi-gen reads the standard library.
go_env() {
  GOROOT=$(go env GOROOT) \
    GOPATH=$go_root GO111MODULE=off CGO_ENABLED=0 GOFLAGS=-buildvcs=false GOTOOLCHAIN=local \
    GOCACHE=$cache/go-build GOOS=linux GOARCH=$SAMPLE_ARCH PWD=$PWD "$@"
}

go_build() { go_env go build -trimpath "$@"; }
